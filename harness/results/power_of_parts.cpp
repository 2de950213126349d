#include "harness/results/power_of_parts.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "harness/results/telemetry_summary.hpp"

namespace rackproof {

namespace {

std::uint64_t key(std::uint32_t attempt, std::uint32_t node) { return std::uint64_t{attempt} << 32 | node; }

struct Parts {
  std::map<std::string, double> packages;  // by kind of source
  std::map<std::string, double> devices;   // by UUID; without one, by source
};

}  // namespace

PowerOfParts::PowerOfParts(const Results& results) {
  std::map<std::uint64_t, Parts> told;
  const TelemetryTables& telemetry = results.telemetry;
  for (const auto& summary : telemetry.summaries) {
    const TelemetrySourceRow& source = telemetry.sources[summary.source];
    if (source.quantity != "power" || is_imported(source)) continue;
    if (!(summary.coverage >= kWholeWindow) || summary.implausible || !(summary.mean > 0)) continue;
    Parts& parts = told[key(summary.attempt, telemetry.segments[source.segment].node)];
    if (source.scope == "package") parts.packages[kind_of(source)] += summary.mean;
    if (source.scope == "device") {
      double& device = parts.devices[source.device.empty() ? source.name : source.device];
      device = std::max(device, summary.mean);
    }
  }
  for (const auto& [where, parts] : told) {
    double packages = 0, devices = 0;
    for (const auto& [kind, watts] : parts.packages) packages = std::max(packages, watts);
    for (const auto& [device, watts] : parts.devices) devices += watts;
    if (std::max(packages, devices) > 0) watts_[where] = std::max(packages, devices);
  }
}

std::optional<double> PowerOfParts::of(std::uint32_t attempt, std::uint32_t node) const {
  const auto at = watts_.find(key(attempt, node));
  return at == watts_.end() ? std::nullopt : std::optional(at->second);
}

std::optional<double> PowerOfParts::of_all(std::uint32_t attempt,
                                           const std::vector<std::uint32_t>& nodes) const {
  std::optional<double> all;
  for (const std::uint32_t node : nodes) {
    if (const auto watts = of(attempt, node)) all = all.value_or(0) + *watts;
  }
  return all;
}

}  // namespace rackproof
