// Which label tells the two modes of a cohort apart.
#pragma once

#include <optional>
#include <span>

#include "harness/verdict/modes.hpp"
#include "harness/verdict/peer_groups.hpp"

namespace rackproof {

/// Row of PeerColumns::labels of which each level has 98 % of its numbers in one mode, at least one level in each; the first such.
std::optional<std::size_t> splitting_label(const PeerCohort& cohort, std::span<const float> residuals,
                                           const TwoModes& modes);

/// The same of racks: then they are slow racks, which the racks' own terms show.
bool racks_tell_apart(const PeerCohort& cohort, std::span<const float> residuals, const TwoModes& modes);

}  // namespace rackproof
