// The step scan over many series at once.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "harness/verdict/trend/change_point.hpp"

namespace rackproof {

/// Values of many series: [series][night], row-major, oldest night first; NaN: not measured.
struct NightlySeries {
  std::span<const float> values;
  std::size_t nights = 0;  ///< at least 1; at most kScanNights
  std::size_t size() const { return values.size() / nights; }
};

/// One entry a series. `floors`: least standard deviation of a night for each series, or empty. Same result on any number of
/// threads (0: all). Throws Error when the shapes do not fit.
std::vector<StepScan> scan_steps(const NightlySeries& series, double lag1, std::span<const double> floors,
                                 unsigned threads);

/// Correlation of neighbouring nights, pooled over all of them in a fixed order.
double pooled_lag1(const NightlySeries& series, unsigned threads);

}  // namespace rackproof
