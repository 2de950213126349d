// What the reports for other programs cost for a full campaign: 512 racks of 72 devices with 60 metrics each.
// Prints a line a format: CPU seconds, megabytes, and the most memory that the process has had.
#include <fmt/format.h>
#include <sys/resource.h>

#include <ctime>

#include "harness/verdict/roll_up.hpp"
#include "reports/formats/report_format.hpp"

namespace rackproof {
namespace {

constexpr int kRacks = 512, kNodes = 18, kDevices = 4, kMetrics = 60;

double peak_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 * 1e-6;
}

void add_targets(Results& results) {
  for (int r = 0; r < kRacks; ++r) {
    for (int n = 0; n < kNodes; ++n) {
      const auto node = static_cast<std::uint32_t>(results.targets.size());
      TargetRow row;
      row.rack = fmt::format("hall1-row{}-rack{}", r / 32, r % 32);
      row.name = fmt::format("{}/node{}", row.rack, n);
      row.scope = "node";
      row.hostname = fmt::format("r{}n{}.example", r, n);
      row.members = {node};
      results.targets.push_back(row);
      for (int d = 0; d < kDevices; ++d) {
        TargetRow device = row;
        device.placement = Placement::device;
        device.scope = "device";
        device.name = fmt::format("{}/dev{}", row.name, d);
        device.hostname.clear();
        results.targets.push_back(device);
      }
    }
  }
}

/// Each metric of its own case; one device in a thousand misses its limit.
void add_cells(const Results& results, Limits& limits, Verdicts& verdicts) {
  for (int m = 0; m < kMetrics; ++m) {
    Limit limit;
    limit.metric = fmt::format("memory/device/triad:f64,cold,n=2^{}#bandwidth", m);
    limit.scope = "device";
    limit.bound = LowerLimit{3e12};
    limit.dimension = kBytePerSecond;
    limit.clause = fmt::format("4.{}", m);
    limit.provenance = "datasheet × 0.9";
    limits.limits.push_back(limit);
  }
  std::uint32_t number = 0;
  for (std::uint32_t t = 0; t < results.targets.size(); ++t) {
    if (results.targets[t].placement != Placement::device) continue;
    for (int m = 0; m < kMetrics; ++m) {
      const bool fails = ++number % 60'000 < 60;
      VerdictCell cell;
      cell.target = t;
      cell.case_id = fmt::format("memory/device/triad:f64,cold,n=2^{}", m);
      cell.quantity = "bandwidth";
      cell.limit = m;
      cell.verdict = fails ? Verdict::fail : Verdict::pass;
      if (fails) cell.failure = "limit";
      cell.reason = "[3.21e+12, 3.31e+12] and both launches are on the good side";
      cell.value = 3.26e12 + number;
      cell.lo = 3.21e12;
      cell.hi = 3.31e12;
      cell.launches = 2;
      verdicts.cells.push_back(std::move(cell));
    }
  }
}

void run() {
  Results results;
  Limits limits;
  Verdicts verdicts;
  add_targets(results);
  verdicts.cells.reserve(std::size_t{kRacks} * kNodes * kDevices * kMetrics);
  add_cells(results, limits, verdicts);
  verdicts.roll_ups = roll_ups(results, verdicts.cells);
  verdicts.disposition = verdicts.roll_ups.front().disposition;
  fmt::print("{} cells, {:.0f} MB before any report\n", verdicts.cells.size(), peak_mb());
  const Reservations none;
  for (const std::string_view name : kReportFormats) {
    std::size_t bytes = 0;
    const std::clock_t start = std::clock();
    write_report(report_format_of(name).value(), {results, limits, verdicts, none}, Words(Language::en),
                 [&bytes](std::string_view piece) { bytes += piece.size(); });
    fmt::print("{:6} {:.2f} s, {:.1f} MB, at most {:.0f} MB in memory\n", name,
               static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, static_cast<double>(bytes) * 1e-6,
               peak_mb());
  }
}

}  // namespace
}  // namespace rackproof

int main() { rackproof::run(); }
