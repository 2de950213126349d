// bench-overhead: what an empty operation and the loop around it take of every sample that a campaign reports.
//
// Reads the journal of a campaign. Ends with 0: below 1 % of the shortest sample of every case that ended ok; 1: not;
// 3: an error. A case that was refused for its overhead is not below.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "harness/base/error.hpp"
#include "harness/record/journal.hpp"

namespace rackproof::bench {

namespace {

constexpr double kLargestShare = 0.01;

/// Smallest element of the samples that a record holds, ns.
std::int64_t shortest_of(const nlohmann::json& samples) {
  std::int64_t shortest = std::numeric_limits<std::int64_t>::max();
  for (const nlohmann::json& ns : samples.at("host_ns"))
    shortest = std::min(shortest, ns.get<std::int64_t>());
  return shortest;
}

struct Tally {
  int cases = 0;
  int above = 0;
  int refused = 0;
  double largest = 0;
  std::string which;
};

/// A case whose time was sampled, and ended ok.
void count(const nlohmann::json& end, std::int64_t shortest_ns, Tally& tally) {
  const nlohmann::json& after = end.at("after");
  const double overhead_s =
      after.at("loop_overhead_s").get<double>() + after.at("operation_overhead_s").get<double>();
  const double share = overhead_s / (static_cast<double>(shortest_ns) * 1e-9);
  const auto id = end.at("case").get<std::string>();
  fmt::print(
      "{}: {:.2f} µs of {:.3f} ms, the shortest sample: {:.4f} %; {:.4f} % of the median; {} operations\n",
      id, overhead_s * 1e6, static_cast<double>(shortest_ns) * 1e-6, 100 * share,
      100 * after.at("overhead").get<double>(), after.at("repeats").get<double>());
  ++tally.cases;
  if (!(share < kLargestShare)) ++tally.above;
  if (share <= tally.largest) return;
  tally.largest = share;
  tally.which = id;
}

int run(const std::string& path) {
  Tally tally;
  std::int64_t shortest_ns = 0;
  for (const JournalEntry& entry : read_journal(path).entries) {
    const nlohmann::json& record = entry.record;
    const auto type = record.at("type").get<std::string>();
    if (type == "case_begin") shortest_ns = std::numeric_limits<std::int64_t>::max();
    if (type == "samples") shortest_ns = std::min(shortest_ns, shortest_of(record));
    if (type != "case_end") continue;
    const bool ok = record.at("outcome").at("status").get<std::string>() == "ok";
    const auto reason = record.at("outcome").at("reason").get<std::string>();
    if (ok && record.at("after").contains("overhead")) count(record, shortest_ns, tally);
    if (ok || !reason.starts_with("an empty operation")) continue;
    ++tally.refused;
    fmt::print("{}: {}\n", record.at("case").get<std::string>(), reason);
  }
  const bool reached = tally.cases > 0 && tally.above == 0 && tally.refused == 0;
  fmt::print(
      "summary: | empty operation and loop / shortest sample of a case | {} | — | {:.5f} | — | {} case runs "
      "| < {:g}: "
      "{} | {} above, {} refused |\n",
      tally.which, tally.largest, tally.cases, kLargestShare, reached ? "reached" : "not reached",
      tally.above, tally.refused);
  return reached ? 0 : 1;
}

}  // namespace

}  // namespace rackproof::bench

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw rackproof::Error("usage: bench-overhead JOURNAL");
    return rackproof::bench::run(argv[1]);
  } catch (const std::exception& error) {
    fmt::print("summary: | empty operation | — | — | — | — | 0 | error | {} |\n", error.what());
    return 3;
  }
}
