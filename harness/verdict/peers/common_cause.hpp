// What those who stand out have in common: one finding for a driver roll, not one for each device.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/verdict/peers/peer_groups.hpp"

namespace rackproof {

/// One level of one factor that is met among the flagged far more often than among the others.
struct CommonCause {
  struct Level {
    std::size_t factor = 0;  ///< row of the factors
    std::uint32_t level = 0;
  };
  std::vector<Level> levels;  ///< more than one: they have the same members, so they cannot be told apart
  std::vector<std::uint32_t> members;  ///< the flagged with it, ascending
  std::size_t flagged = 0;             ///< that were not explained before
  std::size_t others_with = 0;         ///< not flagged, with it
  std::size_t others = 0;              ///< not flagged
  double p = 0;  ///< of so many among the flagged by chance, times the levels that were tried
};

/// Fewest causes first: the level that explains the flagged best (largest likelihood ratio of two rates against one), when its
/// hypergeometric tail, times the levels tried (Bonferroni), is below 0.001 and it has at least 3 of them; then the next
/// among who is left without it. Levels are rows of a table: small numbers. `population`: the subjects that were judged,
/// `flagged` some of these, both ascending.
/// Throws Error when a factor is shorter than a subject's number.
std::vector<CommonCause> common_causes(std::span<const std::uint32_t> population,
                                       std::span<const std::uint32_t> flagged,
                                       std::span<const PeerFactor> factors);

}  // namespace rackproof
