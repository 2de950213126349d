// From cells to subjects: nodes, racks and the campaign.
#pragma once

#include <vector>

#include "harness/verdict/judge.hpp"

namespace rackproof {

/// Campaign, racks, nodes, devices, pairs, groups. A node has its devices as parts; a rack its nodes, their
/// devices, and the pairs and groups that lie wholly inside it; what lies across racks counts for the
/// campaign only. In an interrupted campaign nothing is accepted.
std::vector<RollUp> roll_ups(const Results& results, const std::vector<VerdictCell>& cells);

Disposition disposition_of(Verdict verdict);

}  // namespace rackproof
