// Whole cohorts against each other: a firmware that makes all who have it slower shows in nobody's distance to the peers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/verdict/peers/peers.hpp"

namespace rackproof {

struct CohortLevel {
  std::size_t row = 0;        ///< of the cohorts: the one that stands out
  std::size_t reference = 0;  ///< the one of the same model with most numbers
  double z = 0;
  double effect = 0;  ///< median / the reference's − 1
};

/// Cohorts that were judged, on the worse side of the largest of the same model (`model`: by cohort number) by more than
/// min_effect and rule.z standard errors. Error of a median, relative: √((1.2533 scale)² / n + rack_spread² / racks) of both;
/// of fewer than 8 racks, they are taken to differ by 0.01 at least.
std::vector<CohortLevel> cohort_levels(std::span<const CohortPeers> cohorts,
                                       std::span<const std::uint32_t> model, const PeerRule& rule);

}  // namespace rackproof
