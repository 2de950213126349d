// Rounds of disjoint pairs of nodes, as a campaign of pairs measures them: in each round every node has one partner, and no two
// meet twice.
#pragma once

#include <cstdint>
#include <vector>

namespace rackproof {

struct NodePair {
  std::uint32_t first = 0;  ///< below `second`
  std::uint32_t second = 0;
};

/// Rounds that `nodes` nodes can have.
std::uint32_t most_rounds(std::uint32_t nodes);

/// The pairs, round after round: the circle method over nodes in an order that the seed draws. With an odd number of nodes one rests
/// in each round. Requires rounds ≤ most_rounds(nodes).
std::vector<NodePair> pair_rounds(std::uint32_t nodes, std::uint32_t rounds, std::uint64_t seed);

}  // namespace rackproof
