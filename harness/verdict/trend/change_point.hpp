// Did a level change, and when: a scan over all nights on which one series may have stepped to another mean.
//
// The generalised likelihood ratio of a step in the mean, made robust: s = 1.4826 · median |x(t) − x(t−1)| / √2, which a step
// does not inflate; y = (x − median) / s cut off at ± 4, so that one odd night is no step; T = max over k in [3, n − 3] of
// |mean of the first k − mean of the others| · √(k (n − k) / n). T is held against critical values that were simulated
// (critical_values.hpp). Nights that were not measured are left out, never filled.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "harness/base/statistics.hpp"
#include "harness/verdict/trend/critical_values.hpp"

namespace rackproof {

/// Nights on either side of a step, at least.
inline constexpr std::size_t kLeastSegment = 3;
/// Where deviations are cut off, in standard deviations of a night.
inline constexpr double kNightClip = 4;
/// Dependence between neighbouring nights up to which they are taken as independent.
inline constexpr double kNegligibleLag1 = 0.1;

/// What is known of the series before it is scanned.
struct NightNoise {
  /// Correlation of neighbouring nights, pooled over series of one kind (night_noise.hpp). Above kNegligibleLag1 the scan looks
  /// at what a night adds to what the one before it told.
  double lag1 = 0;
  /// Least standard deviation of a night, in the unit of the values: their resolution / √12.
  double floor = 0;
};

struct StepScan {
  double statistic = 0;    ///< T; NaN: fewer than kLeastNights nights
  std::size_t nights = 0;  ///< that were present
  /// Index into the values of the first night on the new level, wherever T is largest.
  std::size_t change = 0;
  std::size_t nights_after = 0;  ///< present ones from `change` on
  double before = 0;             ///< medians of the two segments, in the unit of the values; NaN where T is
  double after = 0;
  double scale = 0;  ///< standard deviation of a night
  double lag1 = 0;   ///< as used; 0: nights were taken as independent

  double effect() const { return after - before; }
  /// False for NaN.
  bool is_above(ScanLevel level) const;
};

/// `values` are one night each, oldest first, at most kScanNights; NaN or infinite: not measured. Throws Error for more.
StepScan scan_step(std::span<const double> values, const NightNoise& noise = {});

/// Interval of the effect, given where the step is: of the difference of two medians with the scan's scale, by Student's t. It does not
/// pay for the choice of the night; close to the critical value the effect is overstated.
Interval effect_interval(const StepScan& scan, double coverage = 0.95);

/// Indices of the first nights on a new level, ascending: the scan's own if it is above the level of an alarm, and, on either
/// side of it, those of scans above the level of a label, and so on while there are enough nights.
std::vector<std::size_t> change_points(std::span<const double> values, const NightNoise& noise = {});

/// Three or more change points, all in one direction: the series drifts rather than steps.
bool is_drift(std::span<const double> values, const NightNoise& noise = {});

}  // namespace rackproof
