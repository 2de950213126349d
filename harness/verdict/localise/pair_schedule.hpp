// Which nodes to measure in pairs so that a bad node, link or switch can be told apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace rackproof {

using NodePair = std::pair<std::uint32_t, std::uint32_t>;

/// Rounds of disjoint pairs over nodes 0 … nodes − 1, by the circle method over nodes relabelled at random: no pair meets twice, and
/// each node has one partner a round (of an odd number, one node rests). At most nodes − 1 rounds exist (nodes, when odd). Throws
/// Error for more of them, or fewer than two nodes.
std::vector<std::vector<NodePair>> pair_schedule(std::size_t nodes, std::size_t rounds, std::uint64_t seed);

}  // namespace rackproof
