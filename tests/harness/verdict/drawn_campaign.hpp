// Campaigns in which anything may have happened, and limits on them, drawn from a seed.
#pragma once

#include "harness/results/results.hpp"
#include "harness/verdict/limits.hpp"

namespace rackproof::test {

/// Up to three racks of three nodes, with a device each, a pair and a group, and values on both sides of the limits.
Results drawn_campaign(std::uint64_t seed);

/// On all placements and kinds of quantity.
Limits drawn_limits(std::uint64_t seed);

}  // namespace rackproof::test
