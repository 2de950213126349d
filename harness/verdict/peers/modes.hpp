// Whether numbers lie at two levels, as those of two firmwares do: then one median and one spread describe nobody.
#pragma once

#include <optional>
#include <span>

namespace rackproof {

/// Of the numbers: less are outliers, not a mode.
inline constexpr double kLeastModeShare = 0.2;

struct TwoModes {
  double lower = 0;  ///< mean of each side
  double upper = 0;
  double threshold = 0;    ///< numbers at or below it are on the lower side
  double share_lower = 0;  ///< of the numbers, 0.2 … 0.8
};

/// The split with the least variance inside its sides (Otsu, IEEE Trans. SMC 9, 1979), when each side has kLeastModeShare
/// of the numbers and their means are more than 4.5 of their standard deviations apart (Ashman's D; a normal distribution
/// split so has 2.6, a uniform one 3.5). Needs 20 numbers. NaN is left out.
std::optional<TwoModes> two_modes(std::span<const float> values);

}  // namespace rackproof
