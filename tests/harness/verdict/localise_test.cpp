#include "harness/verdict/localise/localise.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "harness/base/error.hpp"
#include "harness/verdict/finding_texts.hpp"
#include "tests/harness/verdict/planted_network.hpp"

namespace rackproof {
namespace {

using test::Hits;
using test::Noise;
using test::PlantedNetwork;

TEST(PairSchedule, RoundsAreDisjointAndNoPairMeetsTwice) {
  for (const std::size_t nodes : {std::size_t{2}, std::size_t{7}, std::size_t{16}, std::size_t{33}}) {
    const std::size_t rounds = nodes + nodes % 2 - 1;
    std::set<NodePair> met;
    for (const auto& round : pair_schedule(nodes, rounds, 5)) {
      std::set<std::uint32_t> busy;
      EXPECT_EQ(round.size(), nodes / 2);
      for (const auto& [a, b] : round) {
        EXPECT_LT(std::max(a, b), nodes);
        EXPECT_TRUE(busy.insert(a).second && busy.insert(b).second);
        EXPECT_TRUE(met.insert(std::minmax(a, b)).second);
      }
    }
    EXPECT_EQ(met.size(), nodes * (nodes - 1) / 2);  // all rounds together are everybody with everybody
  }
  EXPECT_EQ(pair_schedule(64, 7, 1), pair_schedule(64, 7, 1));
  EXPECT_NE(pair_schedule(64, 7, 1), pair_schedule(64, 7, 2));
  EXPECT_THROW(pair_schedule(1, 1, 0), Error);
  EXPECT_THROW(pair_schedule(8, 8, 0), Error);
}

class LocalisePlanted : public ::testing::TestWithParam<std::tuple<Noise, std::size_t>> {};

TEST_P(LocalisePlanted, FindsFaultsAndNothingElse) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  Hits hits;
  for (std::uint64_t i = 0; i < 15; ++i) {
    PlantedNetwork planted({.noise = std::get<0>(GetParam()), .bad_leaves = std::get<1>(GetParam())},
                           seed + i);
    hits.add(planted.truth, named_causes(planted));
  }
  // Of 225 or more; t6 makes one wrong in 500, the others fewer.
  EXPECT_LE(hits.wrong, 5u);
  EXPECT_LE(hits.missed, 5u);
  EXPECT_GE(hits.right, 15u * 15 - 5);
}

INSTANTIATE_TEST_SUITE_P(Families, LocalisePlanted,
                         ::testing::Combine(::testing::Values(Noise::gauss, Noise::t6, Noise::lognormal),
                                            ::testing::Values(std::size_t{0}, std::size_t{1})));

TEST(Localise, HealthyNetworkHasNoCause) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::uint64_t named = 0;
  for (std::uint64_t i = 0; i < 4; ++i) {
    PlantedNetwork planted({.noise = Noise::t6, .bad_nodes = 0, .bad_links = 0}, seed + i);
    named += named_causes(planted).size();
  }
  EXPECT_LE(named, 4u);  // what is disturbed once is some forty
}

PairNetwork network_of(std::size_t nodes) {
  PairNetwork network;
  for (std::size_t i = 0; i < nodes; ++i) network.nodes.push_back("n" + std::to_string(i));
  return network;
}

/// Full mesh, each direction once; `rate(a, b)` of a to b, with a ripple of ±0.5 % that stands for noise.
template <class Rate>
std::vector<PairResult> mesh(std::uint32_t nodes, Rate&& rate) {
  std::vector<PairResult> out;
  for (std::uint32_t a = 0; a < nodes; ++a) {
    for (std::uint32_t b = 0; b < nodes; ++b) {
      if (a == b) continue;
      PairResult result{.a = a, .b = b, .one_way = true};
      result.rate = rate(a, b) * (1 + 0.005 * std::sin(static_cast<double>(7 * a + 13 * b)));
      out.push_back(result);
    }
  }
  return out;
}

std::vector<std::string> names(const Localisation& found, const PairNetwork& network) {
  std::vector<std::string> out;
  for (const Cause& cause : found.causes) out.push_back(to_string(cause, network));
  return out;
}

TEST(Localise, DirectionsAreNotAveragedAway) {
  const PairNetwork network = network_of(12);
  const auto found = localise(mesh(12,
                                   [](std::uint32_t a, std::uint32_t b) {
                                     if (a == 3) return 0.9;             // what n3 sends
                                     return a == 5 && b == 7 ? 0.8 : 1;  // one way of one link
                                   }),
                              network);
  EXPECT_EQ(names(found, network),
            (std::vector<std::string>{"node n3, sending", "link n5 n7, from n5 to n7"}));
  EXPECT_NEAR(found.causes[0].effect, -0.1, 0.01);
  EXPECT_FALSE(found.causes[1].repeated);
}

TEST(Localise, OnePairANodeTellsNoNodeFromItsLink) {
  const PairNetwork network = network_of(40);
  std::vector<PairResult> results;
  for (std::uint32_t a = 0; a < 40; a += 2) {
    PairResult result{.a = a, .b = a + 1};
    result.rate = (a == 6 ? 0.8 : 1) * (1 + 0.002 * std::sin(a));
    results.push_back(result);
  }
  const Localisation found = localise(results, network);
  ASSERT_EQ(names(found, network), std::vector<std::string>{"link n6 n7"});
  EXPECT_EQ(found.causes[0].not_told_apart,
            (std::vector<Phrase>{{finding_texts::kNode, "n6"}, {finding_texts::kNode, "n7"}}));
}

TEST(Localise, ALeafOfOneNodeIsNotToldFromIt) {
  PairNetwork network = network_of(12);
  network.groups.push_back({"leaf L0", {4}});
  const auto found = localise(
      mesh(12, [](std::uint32_t a, std::uint32_t b) { return a == 4 || b == 4 ? 0.85 : 1.0; }), network);
  ASSERT_EQ(names(found, network), std::vector<std::string>{"node n4"});
  EXPECT_EQ(found.causes[0].not_told_apart, std::vector<Phrase>{"leaf L0"});
}

TEST(Localise, ABadLeafIsOneCauseAndItsNodesAreUnseen) {
  PairNetwork network = network_of(16);
  network.groups = {
      {"leaf L0", {0, 1, 2, 3}}, {"leaf L1", {4, 5, 6, 7}}, {"pod P0", {0, 1, 2, 3, 4, 5, 6, 7}}};
  const auto bad = [](std::uint32_t node) { return node < 4; };
  const auto found = localise(
      mesh(16, [&](std::uint32_t a, std::uint32_t b) { return bad(a) || bad(b) ? 0.9 : 1.0; }), network);
  EXPECT_EQ(names(found, network), std::vector<std::string>{"leaf L0"});
  EXPECT_EQ(found.unseen, (std::vector<std::uint32_t>{0, 1, 2, 3}));
}

TEST(Localise, ABadSpineIsAPathOfManyNodes) {
  PairNetwork network = network_of(16);
  network.groups = {{"spine S0", {}}, {"spine S1", {}}, {"spine S2", {}}};
  auto results = mesh(16, [](std::uint32_t a, std::uint32_t b) { return (a + b) % 3 == 1 ? 0.9 : 1.0; });
  for (PairResult& result : results) result.path = (result.a + result.b) % 3;
  const auto found = localise(results, network);
  EXPECT_EQ(names(found, network), std::vector<std::string>{"spine S1"});
}

TEST(Localise, OrderOfResultsDoesNotMatter) {
  PlantedNetwork planted({.nodes = 64, .bad_nodes = 0.05, .bad_links = 3}, 11);
  const auto before = names(localise(planted.results, planted.network), planted.network);
  std::ranges::reverse(planted.results);
  EXPECT_EQ(names(localise(planted.results, planted.network), planted.network), before);
  EXPECT_FALSE(before.empty());
}

TEST(Localise, BadInput) {
  const PairNetwork network = network_of(3);
  const auto result = [](std::uint32_t a, std::uint32_t b, double rate) {
    return PairResult{.a = a, .b = b, .rate = rate};
  };
  EXPECT_THROW(localise({}, network), Error);
  EXPECT_THROW(localise({result(0, 1, std::nan(""))}, network), Error);
  EXPECT_THROW(localise({result(0, 3, 1)}, network), Error);
  EXPECT_THROW(localise({result(1, 1, 1)}, network), Error);
  EXPECT_THROW(localise({result(0, 1, 1)}, network, {.least_effect = std::nan("")}), Error);
  EXPECT_THROW(localise({result(0, 1, 1)}, network, {.score = 0}), Error);
  PairResult lost = result(0, 1, 1);
  lost.path = 0;
  EXPECT_THROW(localise({lost}, network), Error);
  // All the same: no spread, no cause. NaN is left out and its node unseen.
  const Localisation same = localise({result(0, 1, 1), result(0, 1, 1), result(1, 2, std::nan(""))}, network);
  EXPECT_TRUE(same.causes.empty());
  EXPECT_EQ(same.left_out, 1u);
  EXPECT_EQ(same.unseen, std::vector<std::uint32_t>{2});
}

TEST(Localise, RetestsSuspectsWithHealthyPartners) {
  Localisation found;
  found.causes = {{.kind = CauseKind::node, .a = 2}, {.kind = CauseKind::link, .a = 0, .b = 4}};
  found.unseen = {5};
  const auto pairs = retest_pairs(found, 7);
  EXPECT_EQ(pairs, (std::vector<NodePair>{{2, 1}, {0, 3}, {0, 4}, {4, 6}}));
}

}  // namespace
}  // namespace rackproof
