// Noise of a simulation: families of distributions of one spread, so that a verdict can be tried on others than it was tuned on.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "harness/base/random.hpp"

namespace rackproof {

/// All have mean 0 and variance 1. Positive is slower.
enum class NoiseFamily : std::uint8_t {
  gauss,
  t3,         ///< Student's t with 3 degrees of freedom, by Bailey's polar method (Math. Comp. 62, 1994)
  t6,         ///< with 6
  lognormal,  ///< of sigma 0.5: skewed to the slow side
  bimodal,    ///< two levels, 1.8 apart, each of standard deviation 0.44, equally often
};
inline constexpr std::array<std::string_view, 5> kNoiseFamilyNames{"gauss", "t3", "t6", "lognormal",
                                                                   "bimodal"};

/// Numbers first, first + 1, … of a stream, whose number must be below 2^62. How they are asked for, one by one or many at a time, makes
/// no difference.
void draw_noise(NoiseFamily family, std::uint64_t seed, std::uint64_t stream, std::uint64_t first,
                std::span<double> out);

}  // namespace rackproof
