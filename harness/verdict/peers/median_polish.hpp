// Tukey's median polish (Exploratory Data Analysis, 1977): what a rack or a label adds to all its members is taken off.
#pragma once

#include <span>
#include <vector>

#include "harness/verdict/peers/peer_groups.hpp"

namespace rackproof {

/// Fewer would be their own median: levels with fewer numbers are left alone.
inline constexpr std::size_t kLeastOfLevel = 8;
/// Of fewer levels, none can be said to be the odd one: a label with fewer is no factor.
inline constexpr std::size_t kLeastLevels = 4;

struct LevelEffect {
  double value = 0;          ///< what the level adds; NaN where it has too few numbers
  std::size_t measured = 0;  ///< numbers
};
/// Of each level of each partition of a cohort.
using LevelEffects = std::vector<std::vector<LevelEffect>>;

/// Takes the effects off `residuals` in place: racks, then labels of at least kLeastLevels levels, and all again. NaN stays and counts
/// nowhere. A label of whole racks adds nothing beyond what these do.
LevelEffects median_polish(std::span<float> residuals, const PeerCohort& cohort);

}  // namespace rackproof
