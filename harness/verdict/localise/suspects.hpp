// Nodes, links and groups that explain what is slow among the pairs of a campaign: findings, never verdicts.
#pragma once

#include "harness/results/results.hpp"
#include "harness/verdict/findings.hpp"

namespace rackproof {

/// Kind of the findings.
inline constexpr const char* kSuspectFinding = "suspect";

/// Below so many pairs a node, a node is not told apart from its links.
inline constexpr double kFewestPairsPerNode = 3;

/// Adds "suspect" findings for each metric of pairs of which nodes have at least kFewestPairsPerNode in the mean. Groups are racks and
/// labels. Nodes that share a machine are left out. Each launch is an occasion.
void add_suspects(const Results& results, Findings& findings);

}  // namespace rackproof
