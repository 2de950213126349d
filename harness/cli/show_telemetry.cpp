#include "harness/cli/show_telemetry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/base/closest.hpp"
#include "harness/base/error.hpp"
#include "harness/results/telemetry_summary.hpp"
#include "reports/escape.hpp"

namespace rackproof {

namespace {

/// In quotes: a name may hold anything.
std::string csv_field(const std::string& text) {
  std::string field = "\"";
  for (const char c : visible_text(text)) field += c == '"' ? std::string(2, c) : std::string(1, c);
  return field + '"';
}

/// Sensors of several devices may be called alike by whoever imported them.
std::string source_name(const Results& results, const TelemetrySourceRow& source) {
  if (!is_imported(source)) return source.name;
  return results.targets[results.telemetry.segments[source.segment].target].name + " " + source.name;
}

std::vector<bool> wanted_segments(const Results& results, const std::string& name) {
  const auto target = std::ranges::find(results.targets, name, &TargetRow::name);
  if (target == results.targets.end()) {
    std::vector<std::string> names;
    for (const auto& row : results.targets) names.push_back(row.name);
    const auto nearest = closest(name, names);
    throw Error(fmt::format("no target {}{}", printable(name),
                            nearest ? fmt::format("; did you mean {}?", printable(*nearest)) : ""));
  }
  const auto row = static_cast<std::uint32_t>(target - results.targets.begin());
  std::vector<bool> wanted;
  bool any = false;
  for (const auto& segment : results.telemetry.segments) {
    wanted.push_back(segment.node == row || segment.target == row);
    any = any || wanted.back();
  }
  if (!any) throw Error(fmt::format("the file has no telemetry of {}", printable(name)));
  return wanted;
}

void print_segment(const Results& results, std::uint32_t row) {
  const TelemetrySegment& segment = results.telemetry.segments[row];
  if (segment.step.empty()) {
    fmt::print(stderr, "imported readings of {}, from {}{}\n",
               printable(results.targets[segment.target].name), iso8601_utc(segment.begin_utc_ns),
               segment.period_s > 0 ? fmt::format(", every {:g} s", segment.period_s) : "");
  } else {
    fmt::print(stderr,
               "step {} on {}, from {}, every {:g} s: {:.3f} s of CPU in {:.1f} s ({:.3f} % of one core)\n",
               printable(segment.step), printable(results.targets[segment.node].name),
               iso8601_utc(segment.begin_utc_ns), segment.period_s, segment.cpu_s, segment.wall_s,
               segment.wall_s > 0 ? 100 * segment.cpu_s / segment.wall_s : std::nan(""));
  }
  if (!segment.unavailable.empty())
    fmt::print(stderr, "  ended before its step: {}\n", printable(segment.unavailable));
  if (segment.left_out > 0) fmt::print(stderr, "  {} readings were left out\n", segment.left_out);
  for (const auto& source : results.telemetry.sources) {
    if (source.segment != row) continue;
    std::string line = fmt::format("  {} ({}, {}", printable(source.name), printable(source.quantity),
                                   printable(source.scope));
    if (source.level > 0) line += fmt::format(", EE HPC WG level {}", source.level);
    line += fmt::format("): {} readings", source.readings);
    if (source.missing > 0)
      line += fmt::format(", {} times unavailable: {}", source.missing, printable(source.unavailable));
    fmt::print(stderr, "{}\n", line);
  }
}

void print_summaries(const Results& results, const std::vector<bool>& wanted) {
  for (const auto& summary : results.telemetry.summaries) {
    const TelemetrySourceRow& source = results.telemetry.sources[summary.source];
    if (!wanted[source.segment]) continue;
    const AttemptRow& attempt = results.attempts[summary.attempt];
    const auto text = [&](double value) { return fmt::format("{:.5g} {}", value, printable(source.unit)); };
    std::string line =
        fmt::format("{}@{} launch {} attempt {}: {}: mean {} [{} … {}], {:.0f} % covered",
                    printable(attempt.case_id), printable(results.targets[attempt.target].name),
                    attempt.launch, attempt.attempt, printable(source_name(results, source)),
                    text(summary.mean), text(summary.min), text(summary.max), 100 * summary.coverage);
    if (std::isfinite(summary.energy_j)) line += fmt::format(", {:.5g} J", summary.energy_j);
    if (summary.implausible) {
      line += source.scope == "package" ? ", below a quarter of its limit: implausible"
                                        : ", its sensor was below its parts, here or too often: not used";
    }
    fmt::print(stderr, "{}\n", line);
  }
}

}  // namespace

void show_telemetry(const Results& results, const std::string& target) {
  const auto wanted = wanted_segments(results, target);
  const TelemetryTables& telemetry = results.telemetry;
  fmt::print("time,source,value,unit\n");
  if (telemetry.series != nullptr) {
    telemetry.series->for_each_page([&](TelemetryPage&& page) {
      for (const auto& one : page.readings) {
        const TelemetryBlock& block = page.blocks[one.block];
        if (!wanted[block.segment]) continue;
        const TelemetrySourceRow& source = telemetry.sources[one.source];
        for (std::size_t i = 0; i < block.times_ns.size(); ++i) {
          const float value = one.values.size() == 1 ? one.values.front() : one.values[i];
          if (!std::isfinite(value)) continue;
          fmt::print("{},{},{:.5g},{}\n",
                     iso8601_utc(telemetry.segments[block.segment].begin_utc_ns + block.times_ns[i]),
                     csv_field(source_name(results, source)), value, csv_field(source.unit));
        }
      }
    });
  }
  for (std::uint32_t row = 0; row < telemetry.segments.size(); ++row) {
    if (wanted[row]) print_segment(results, row);
  }
  print_summaries(results, wanted);
}

}  // namespace rackproof
