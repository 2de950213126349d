// From cells to subjects: nodes, racks and the campaign.
#pragma once

#include <string>
#include <vector>

#include "harness/verdict/judge.hpp"

namespace rackproof {

/// Campaign, racks, nodes, devices, pairs, groups. A node has its devices as parts; a rack its nodes, their
/// devices, and the pairs and groups that lie wholly inside it; what lies across racks counts for the
/// campaign only. In an interrupted campaign nothing is accepted. A rack with a node in no gate cell is not
/// accepted, and a campaign only when all its racks are.
std::vector<RollUp> roll_ups(const Results& results, const std::vector<VerdictCell>& cells);

/// The same, and nothing that a gate without a cell keeps from it is accepted (unused_limits.hpp): what the verdicts of a campaign
/// hold. A subject that fails still does.
std::vector<RollUp> roll_ups(const Results& results, const Limits& limits,
                             const std::vector<VerdictCell>& cells);

Disposition disposition_of(Verdict verdict);

/// The rack in which the whole target lies; empty: it spans several, or has none.
std::string rack_of(const Results& results, const TargetRow& target);

/// Takes a pass back, for something of the subject is open; any other verdict stays.
void withhold(RollUp& row);

}  // namespace rackproof
