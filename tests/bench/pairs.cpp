#include "tests/bench/pairs.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "harness/base/error.hpp"

namespace rackproof::bench {

namespace {

double median_s(const std::vector<std::int64_t>& ns, const char* side) {
  if (ns.empty()) throw Error(fmt::format("{} gave no times", side));
  const std::vector<double> values(ns.begin(), ns.end());
  return median(values) * 1e-9;
}

}  // namespace

std::string describe(const Bound& bound) {
  std::string text = fmt::format("ratio ≥ {:g}, interval > {:g}", bound.point_from, bound.interval_above);
  if (std::isfinite(bound.point_to))
    text += fmt::format("; ratio ≤ {:g}, interval < {:g}", bound.point_to, bound.interval_below);
  return text;
}

Judged judge(std::span<const PairTimes> pairs, const Bound& bound) {
  Judged judged;
  judged.pairs = pairs.size();
  std::vector<double> ratios, rackproof, peer;
  bool finite = !pairs.empty();
  for (const PairTimes& pair : pairs) {
    ratios.push_back(pair.ratio());
    rackproof.push_back(pair.rackproof_s);
    peer.push_back(pair.peer_s);
    finite = finite && std::isfinite(pair.ratio()) && pair.ratio() > 0;
  }
  if (!finite) {
    judged.rackproof_s = judged.peer_s = judged.ratio = std::nan("");
    judged.interval = {std::nan(""), std::nan("")};
    return judged;
  }
  judged.rackproof_s = median(rackproof);
  judged.peer_s = median(peer);
  judged.ratio = median(ratios);
  judged.interval = median_interval(ratios);
  judged.reached = judged.pairs >= kFewestPairs && judged.ratio >= bound.point_from &&
                   judged.ratio <= bound.point_to && judged.interval.lo > bound.interval_above &&
                   judged.interval.hi < bound.interval_below;
  return judged;
}

std::vector<PairTimes> interleave(const Turn& rackproof, const Turn& peer, std::size_t pairs, double pause_s,
                                  std::FILE* out) {
  const std::chrono::duration<double> pause(pause_s);
  const auto turn = [&](const Turn& side, const char* name) {
    std::this_thread::sleep_for(pause);
    return median_s(side(), name);
  };
  std::vector<PairTimes> all;
  for (std::size_t i = 0; i < pairs; ++i) {
    PairTimes pair;
    pair.peer_first = i % 2 == 1;
    if (pair.peer_first) pair.peer_s = turn(peer, "the peer");
    pair.rackproof_s = turn(rackproof, "rackproof");
    if (!pair.peer_first) pair.peer_s = turn(peer, "the peer");
    fmt::print(out, "pair {:3} {}  rackproof {:.9f} s  peer {:.9f} s  ratio {:.5f}\n", i + 1,
               pair.peer_first ? "BA" : "AB", pair.rackproof_s, pair.peer_s, pair.ratio());
    std::fflush(out);
    all.push_back(pair);
  }
  return all;
}

}  // namespace rackproof::bench
