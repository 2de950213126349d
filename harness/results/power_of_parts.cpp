#include "harness/results/power_of_parts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "harness/results/telemetry_summary.hpp"

namespace rackproof {

namespace {

std::uint64_t key(std::uint32_t attempt, std::uint32_t node) { return std::uint64_t{attempt} << 32 | node; }

struct Parts {
  std::map<std::string, double> packages;  // by kind of source
  std::map<std::string, double> devices;   // by UUID
  std::map<std::string, double>
      unnamed;  // devices without one, by kind of source: hwmon tells of those of a backend again
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
    if (source.scope == "device" && source.device.empty()) {
      parts.unnamed[kind_of(source)] += summary.mean;
    } else if (source.scope == "device") {
      double& device = parts.devices[source.device];
      device = std::max(device, summary.mean);
    }
  }
  for (const auto& [where, parts] : told) {
    double devices = 0;
    for (const auto& [device, watts] : parts.devices) devices += watts;
    double most = devices;
    for (const auto* kinds : {&parts.packages, &parts.unnamed}) {
      for (const auto& [kind, watts] : *kinds) most = std::max(most, watts);
    }
    if (most > 0 && std::isfinite(most)) watts_[where] = most;
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
