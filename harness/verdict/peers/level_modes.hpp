// Which label tells the two modes of a cohort apart, and whether slow racks make one of them.
#pragma once

#include <optional>
#include <span>

#include "harness/verdict/peers/modes.hpp"
#include "harness/verdict/peers/peer_groups.hpp"

namespace rackproof {

/// Row of PeerColumns::labels of which each level has 98 % of its numbers in one mode, at least one level in each; the first such.
std::optional<std::size_t> splitting_label(const PeerCohort& cohort, std::span<const float> residuals,
                                           const TwoModes& modes);

/// Whether less than a fifth is left in the smaller mode without the racks that have a term of their own (median_polish.hpp) and
/// nine in ten of their numbers in it: those are slow racks, and the rest are outliers.
bool racks_make_mode(const PeerCohort& cohort, std::span<const float> residuals, const TwoModes& modes);

}  // namespace rackproof
