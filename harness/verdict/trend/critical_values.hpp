// When the statistic of the step scan (change_point.hpp) is too large for chance.
#pragma once

#include <cstddef>

namespace rackproof {

/// Nights that one scan looks at, and how few it can do with.
inline constexpr std::size_t kScanNights = 60;
inline constexpr std::size_t kLeastNights = 10;

/// Share of steady Gaussian series whose statistic is above the critical value.
enum class ScanLevel {
  label = 0,  ///< 0.05: only says how a change that was found goes on
  alarm = 1,  ///< 0.001
  rare = 2,   ///< 0.0001
};
double nominal(ScanLevel level);

/// For `nights` present nights, each number of them simulated. Throws Error outside [kLeastNights, kScanNights].
double critical_value(std::size_t nights, ScanLevel level);

}  // namespace rackproof
