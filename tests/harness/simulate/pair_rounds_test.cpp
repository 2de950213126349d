#include "harness/simulate/pair_rounds.hpp"

#include <set>

#include "tests/harness/simulate/drawn_seed.hpp"

namespace rackproof {
namespace {

TEST(PairRounds, AreDisjointAndMeetOnce) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  for (const std::uint32_t nodes : {2u, 3u, 4u, 9u, 32u}) {
    const std::uint32_t rounds = most_rounds(nodes), in_round = nodes / 2;
    const auto pairs = pair_rounds(nodes, rounds, seed);
    ASSERT_EQ(pairs.size(), std::size_t{rounds} * in_round) << nodes;
    std::set<std::pair<std::uint32_t, std::uint32_t>> met;
    for (std::uint32_t round = 0; round < rounds; ++round) {
      std::set<std::uint32_t> busy;
      for (std::uint32_t i = 0; i < in_round; ++i) {
        const NodePair& pair = pairs[round * in_round + i];
        EXPECT_LT(pair.first, pair.second);
        EXPECT_LT(pair.second, nodes);
        EXPECT_TRUE(busy.insert(pair.first).second && busy.insert(pair.second).second);
        EXPECT_TRUE(met.emplace(pair.first, pair.second).second);
      }
    }
    EXPECT_EQ(met.size(), nodes * (nodes - 1) / 2);  // in all rounds, everyone meets everyone
  }
  EXPECT_EQ(most_rounds(1), 0u);
}

TEST(PairRounds, TheSeedDrawsWhoMeetsWhom) {
  const auto first = [](std::uint64_t seed) { return pair_rounds(1000, 1, seed).front(); };
  EXPECT_EQ(first(1).first, first(1).first);
  EXPECT_FALSE(first(1).first == first(2).first && first(1).second == first(2).second);
}

}  // namespace
}  // namespace rackproof
