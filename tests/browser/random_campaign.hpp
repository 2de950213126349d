// A small campaign in which anything may have happened, drawn from a seed, and limits on it of every kind that a page shows.
#pragma once

#include <cstdint>

#include "tests/reports/sample_campaign.hpp"

namespace rackproof::browser {

/// Two to four racks with nodes and devices, and a pair across two racks. Its verdicts are empty: the program judges.
test::Campaign random_campaign(std::uint64_t seed);

}  // namespace rackproof::browser
