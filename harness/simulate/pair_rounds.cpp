#include "harness/simulate/pair_rounds.hpp"

#include <algorithm>
#include <numeric>

#include "harness/simulate/streams.hpp"

namespace rackproof {

std::uint32_t most_rounds(std::uint32_t nodes) { return nodes < 2 ? 0 : nodes - 1 + nodes % 2; }

std::vector<NodePair> pair_rounds(std::uint32_t nodes, std::uint32_t rounds, std::uint64_t seed) {
  std::vector<std::uint32_t> order(nodes);
  std::iota(order.begin(), order.end(), 0u);
  RandomSequence random(seed, stream_of({.part = StreamPart::pair_order}));
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.index(i)]);

  const std::uint32_t places = nodes + nodes % 2;  // of an odd number one place is empty
  const std::uint32_t circle = places - 1;
  std::vector<NodePair> pairs;
  pairs.reserve(std::size_t{rounds} * (nodes / 2));
  for (std::uint32_t round = 0; round < rounds; ++round) {
    for (std::uint32_t i = 0; i < places / 2; ++i) {
      const std::uint32_t one = (round + i) % circle;
      const std::uint32_t other = i == 0 ? circle : (round + circle - i) % circle;
      if (one >= nodes || other >= nodes) continue;
      const auto [first, second] = std::minmax(order[one], order[other]);
      pairs.push_back({first, second});
    }
  }
  return pairs;
}

}  // namespace rackproof
