#include "harness/results/sample_selection.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "harness/base/digest.hpp"
#include "harness/base/statistics.hpp"

namespace rackproof {

namespace {

constexpr double kFarOff = 5;  // scaled MAD
constexpr std::uint32_t kAuditOneIn = 1000;

/// Attempts with a value far off the others of its series and placement.
std::set<std::uint32_t> far_off(const Results& results) {
  std::map<std::pair<std::uint32_t, std::string>, std::vector<const LaunchValue*>> series;
  for (const LaunchValue& launch : results.launch_values) {
    const std::uint32_t target = results.attempts[launch.attempt].target;
    series[{launch.series, results.targets[target].scope}].push_back(&launch);
  }
  std::set<std::uint32_t> attempts;
  for (const auto& [key, launches] : series) {
    std::vector<double> values;
    for (const LaunchValue* launch : launches) {
      if (std::isfinite(launch->value)) values.push_back(launch->value);
    }
    if (values.empty()) continue;
    const double centre = median(values);
    const double spread = scaled_mad(values);
    for (const LaunchValue* launch : launches) {
      if (!(std::abs(launch->value - centre) <= kFarOff * spread)) attempts.insert(launch->attempt);
    }
  }
  return attempts;
}

bool audited(const Results& results, const AttemptRow& row) {
  const std::string name = fmt::format("{}@{} {}", row.case_id, results.targets[row.target].name, row.launch);
  return crc32c(name) % kAuditOneIn == 0;
}

}  // namespace

std::vector<bool> notable_or_audited(const Results& results) {
  const std::set<std::uint32_t> off = far_off(results);
  std::vector<bool> chosen;
  for (std::uint32_t i = 0; i < results.attempts.size(); ++i) {
    const AttemptRow& row = results.attempts[i];
    const bool notable = row.outcome.status != Status::ok || row.throttled || row.attempt > 0 ||
                         row.launch >= results.provenance.launches || off.contains(i);
    chosen.push_back(notable || audited(results, row));
  }
  return chosen;
}

}  // namespace rackproof
