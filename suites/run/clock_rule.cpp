#include "suites/run/clock_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <vector>

#include "harness/base/statistics.hpp"

namespace rackproof {

bool clocks_disagree(const Sampled& sampled, double event_resolution_s, double empty_s) {
  constexpr double kLongEnough = 10e-3;
  constexpr double kAllowedGap = 0.02;
  constexpr double kLargestResolution = 0.01;  // share of a sample
  std::vector<double> gaps;
  double host_s = 0;
  double missing_s = 0;
  for (std::size_t i = 0; i < sampled.event_ns.size(); ++i) {
    const double host = static_cast<double>(sampled.host_ns.at(i)) * 1e-9;
    const double event = static_cast<double>(sampled.event_ns[i]) * 1e-9;
    // The resolution is the backend's own word: it must not excuse more than a small part of the sample.
    const double allowance = std::min(event_resolution_s, kLargestResolution * host) + sampled.resolution_s;
    if (!(event <= host + allowance)) {
      throw CaseStopped(
          Status::wrong, Phase::check,
          fmt::format("clocks disagree: the event clock says {:.6f} s, the host {:.6f} s", event, host));
    }
    if (!(host >= kLongEnough)) continue;
    gaps.push_back((host - event - empty_s) / host);
    host_s += host;
    missing_s += host - event - empty_s;
  }
  if (gaps.empty())
    throw CaseStopped(Status::skipped, Phase::check,
                      "no sample of 10 ms: the event clock was not held against the host's");
  if (median(gaps) <= kAllowedGap) return false;
  // Waiting for a CPU explains at most its own time, if all of it fell into the samples; an unknown wait nothing.
  if (!(missing_s <= kAllowedGap * host_s + sampled.clock_wait_s)) return true;
  throw CaseStopped(
      Status::skipped, Phase::check,
      fmt::format("the event clock could not be held against the host's, which was busy: the "
                  "reading thread waited for a CPU for {:.0f} ms; measure again on a quiet host",
                  1000 * sampled.clock_wait_s));
}

std::int64_t fixed_repeats(double least_s, std::int64_t most,
                           const std::function<double(std::int64_t)>& sample_s) {
  constexpr int kMostTries = 4;  // a single operation tells little about many
  constexpr double kReserve = 1.2;
  std::int64_t repeats = 1;
  for (int i = 0; i < kMostTries; ++i) {
    const double found = sample_s(repeats);
    if (found >= least_s || repeats == most) break;
    const double wanted =
        std::ceil(kReserve * least_s / std::max(1e-9, found) * static_cast<double>(repeats));
    repeats = static_cast<std::int64_t>(std::clamp(wanted, 1.0, static_cast<double>(most)));
  }
  return repeats;
}

namespace {

bool has_empty_operation(const Device& device) {
  const rp_backend& table = device.table();
  if (table.op_query != nullptr)
    return table.op_query(device.get(), RP_OP_NOTHING, RP_F64, nullptr, 0, nullptr) == RP_OK;
  const Stream stream(device);
  if (table.op_enqueue(stream.get(), RP_OP_NOTHING, RP_F64, nullptr, 0) != RP_OK) return false;
  stream.sync();
  return true;
}

}  // namespace

double empty_sample_s(std::span<const Device> devices, std::int64_t operations) {
  std::vector<Stream> streams;
  for (const Device& device : devices) {
    if (!has_empty_operation(device)) return 0;
    streams.emplace_back(device);
  }
  using Clock = std::chrono::steady_clock;
  constexpr int kRounds = 3;
  constexpr int kTimes = 21;
  constexpr std::chrono::microseconds kPause{100};
  double smallest = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> times;
    for (int i = 0; i < kTimes; ++i) {
      // Not asleep: neither is a thread that prepares a sample.
      for (const auto until = Clock::now() + kPause; Clock::now() < until;) {
      }
      const auto begin = Clock::now();
      for (std::int64_t operation = 0; operation < operations; ++operation) {
        for (const Stream& stream : streams) stream.enqueue_nothing();
      }
      for (const Stream& stream : streams) stream.sync();
      times.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    }
    smallest = std::min(smallest, median(times));
  }
  return smallest;
}

}  // namespace rackproof
