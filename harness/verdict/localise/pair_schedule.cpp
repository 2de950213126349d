#include "harness/verdict/localise/pair_schedule.hpp"

#include <fmt/format.h>

#include <numeric>

#include "harness/base/error.hpp"
#include "harness/base/random.hpp"

namespace rackproof {

namespace {

std::vector<std::uint32_t> shuffled(std::size_t count, RandomSequence& random) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random.index(i)]);
  return order;
}

}  // namespace

std::vector<std::vector<NodePair>> pair_schedule(std::size_t nodes, std::size_t rounds, std::uint64_t seed) {
  if (nodes < 2) throw Error("a pair takes two nodes");
  const std::size_t seats = nodes + nodes % 2;  // whoever is paired with the empty one rests
  const std::size_t turns = seats - 1;
  if (rounds > turns)
    throw Error(fmt::format("{} nodes have {} rounds of disjoint pairs, not {}", nodes, turns, rounds));
  RandomSequence random(seed, 0);
  const std::vector<std::uint32_t> label = shuffled(seats, random), turn = shuffled(turns, random);
  std::vector<std::vector<NodePair>> out(rounds);
  for (std::size_t round = 0; round < rounds; ++round) {
    // Seat `turns` stays, the others move round the circle.
    for (std::size_t i = 0; i < seats / 2; ++i) {
      const std::size_t one = i == 0 ? turns : (turn[round] + i) % turns;
      const std::size_t other = (turn[round] + turns - i) % turns;
      if (label[one] < nodes && label[other] < nodes) out[round].emplace_back(label[one], label[other]);
    }
  }
  return out;
}

}  // namespace rackproof
