#include "harness/verdict/calibrate/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/base/error.hpp"
#include "harness/base/quantile_bound.hpp"
#include "harness/base/statistics.hpp"
#include "harness/results/cells.hpp"
#include "harness/verdict/calibrate/calibrated_limit.hpp"

namespace rackproof {

namespace {

/// One value a device: of several files the middle one.
std::vector<double> device_values(const CalibrationCohort& cohort) {
  std::vector<double> out;
  for (const auto& [serial, values] : cohort.values) out.push_back(median(values));
  return out;
}

double relative_sd(const std::vector<double>& values) {
  std::vector<double> logs;
  for (const double value : values) {
    if (!(value > 0)) return std::nan("");
    logs.push_back(std::log(value));
  }
  return scaled_mad(logs);
}

void find_bound(CalibratedLimit& limit, std::vector<double> values, const CalibrationSettings& settings) {
  // The upper bound of the mirrored quantile is the lower bound of the negated values.
  if (limit.is_upper) {
    for (double& value : values) value = -value;
  }
  const auto bound = quantile_lower_bound(values, settings.quantile, settings.confidence);
  if (!bound) {
    limit.why_none = fmt::format(
        "{} devices; a bound of the {:g} quantile that holds with {:g} confidence needs {}", values.size(),
        settings.quantile, settings.confidence, fewest_for_bound(settings.quantile, settings.confidence));
    return;
  }
  limit.bound = limit.is_upper ? rounded_up(-*bound, 5) : rounded_down(*bound, 5);
}

}  // namespace

bool fits_pattern(std::string_view pattern, std::string_view metric) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == metric;
  const std::string_view before = pattern.substr(0, star), after = pattern.substr(star + 1);
  return metric.size() >= before.size() + after.size() && metric.starts_with(before) &&
         metric.ends_with(after);
}

void check(const CalibrationSettings& settings) {
  fewest_for_bound(settings.quantile, settings.confidence);  // refuses what is no quantile
  if (std::ranges::count(settings.pattern, '*') > 1)
    throw Error(fmt::format("\"{}\" has more than one *", printable(settings.pattern)));
}

void require_limits(const Calibration& calibration) {
  if (calibration.limits.empty())
    throw Error(
        fmt::format("nothing was measured that fits \"{}\"", printable(calibration.settings.pattern)));
}

CalibratedLimit calibrated_limit(CalibrationCohort cohort, const CalibrationSettings& settings) {
  CalibratedLimit limit;
  limit.is_upper = cohort.direction == Direction::lower_is_better;
  const std::vector<double> values = device_values(cohort);
  limit.devices = values.size();
  limit.launch = launch_component(cohort.launches);
  if (cohort.direction == Direction::neither) {
    limit.why_none = "neither more nor less of it is better";
  } else if (values.empty()) {
    limit.why_none = "no device has a value";
  } else {
    limit.middle = median(values);
    limit.device_sd = relative_sd(values);
    find_bound(limit, values, settings);
  }
  limit.cohort = std::move(cohort);
  return limit;
}

Calibration calibrate(std::vector<CalibrationCohort> cohorts, const CalibrationSettings& settings) {
  check(settings);
  Calibration out{settings, {}};
  for (CalibrationCohort& cohort : cohorts) {
    if (fits_pattern(settings.pattern, cohort.metric))
      out.limits.push_back(calibrated_limit(std::move(cohort), settings));
  }
  require_limits(out);
  return out;
}

}  // namespace rackproof
