// Which share of its rated peak each side of a comparison reaches: shown beside the ratios, never ranked.
#pragma once

#include "harness/verdict/compare/comparison.hpp"
#include "harness/verdict/rated.hpp"

namespace rackproof {

/// Fills MeanOfSide::of_rated where all targets of a side are of one model and its rated value is known (roof.hpp).
void add_rated_shares(Comparison& comparison, const RatedDevices& rated);

}  // namespace rackproof
