// The suite's only statistics: order statistics and intervals. Inputs need not be sorted; NaN is refused.
#pragma once

#include <span>
#include <vector>

namespace rackproof {

struct Interval {
  double lo = 0;
  double hi = 0;
};

/// Quantile by linear interpolation of the order statistics (Hyndman-Fan type 7), 0 ≤ p ≤ 1.
/// Throws Error for empty input or NaN.
double quantile(std::span<const double> values, double p);
double median(std::span<const double> values);

/// 1.4826 × median absolute deviation from the median: the standard deviation of a normal sample.
double scaled_mad(std::span<const double> values);

/// Distribution-free interval of the median from order statistics (binomial(n, 1/2)) with at least the
/// stated coverage. For n < 6 no 95 % interval exists: then [min, max].
Interval median_interval(std::span<const double> values, double coverage = 0.95);

/// Two-sided standard normal quantile: 0.95 → 1.96.
double normal_two_sided(double coverage);

/// Interval of the mean of `launches` (one value each) widened by a declared launch-to-launch component.
/// half² = (z · component · value)² / n + half_within². `component` is a relative standard deviation.
Interval widened(double value, Interval within, double component, std::size_t launches,
                 double coverage = 0.95);

}  // namespace rackproof
