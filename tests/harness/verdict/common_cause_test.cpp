// What the flagged have in common is found, and nothing where there is nothing.
#include "harness/verdict/peers/common_cause.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"
#include "harness/base/random.hpp"

namespace rackproof {
namespace {

std::vector<std::uint32_t> first(std::uint32_t n) {
  std::vector<std::uint32_t> out(n);
  std::iota(out.begin(), out.end(), 0);
  return out;
}

/// Levels by a function of the subject.
template <class Level>
PeerFactor factor(const char* name, std::uint32_t n, Level level) {
  PeerFactor out{name, {}};
  for (std::uint32_t i = 0; i < n; ++i) out.level.push_back(level(i));
  return out;
}

/// Who is left after causes, and how many of them have a level: counted anew.
struct Recount {
  std::vector<std::uint32_t> population, flagged;
  void take_off(const CommonCause::Level& level, const std::vector<PeerFactor>& factors) {
    const auto has_it = [&](std::uint32_t i) { return factors[level.factor].level[i] == level.level; };
    std::erase_if(population, has_it);
    std::erase_if(flagged, has_it);
  }
};

TEST(CommonCauses, LaterCausesAreOfWhoIsLeft) {
  std::size_t later = 0;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    constexpr std::uint32_t n = 2000;
    const auto drawn = [&](std::uint32_t levels) {
      return [&random, levels](std::uint32_t) {
        const auto level = static_cast<std::uint32_t>(random() % (levels + 1));
        return level == levels ? kNoGroup : level;
      };
    };
    std::vector<PeerFactor> factors{
        factor("rack", n, [](auto i) { return i / 40; }), factor("driver", n, drawn(7)),
        factor("row", n, [](auto i) { return i / 400; }), factor("firmware", n, drawn(30))};
    factors.push_back(factors[2]);  // who has the one has the other
    std::vector<std::uint32_t> flagged;
    for (std::uint32_t i = 0; i < n; ++i) {
      const bool is_bad = factors[0].level[i] == 3 || factors[1].level[i] == 2 || factors[3].level[i] == 11;
      if (random() % 100 < (is_bad ? 80u : 1u)) flagged.push_back(i);
    }
    Recount rest{first(n), flagged};
    for (const CommonCause& cause : common_causes(first(n), flagged, factors)) {
      const auto level = cause.levels.at(0);
      const auto with = [&](const std::vector<std::uint32_t>& among) {
        return static_cast<std::size_t>(std::ranges::count_if(
            among, [&](std::uint32_t i) { return factors[level.factor].level[i] == level.level; }));
      };
      EXPECT_EQ(cause.flagged, rest.flagged.size());
      EXPECT_EQ(cause.members.size(), with(rest.flagged));
      EXPECT_EQ(cause.others, rest.population.size() - rest.flagged.size());
      EXPECT_EQ(cause.others_with, with(rest.population) - with(rest.flagged));
      EXPECT_LT(cause.p, 1e-3);
      rest.take_off(level, factors);
      ++later;
    }
  }
  EXPECT_GT(later, 100u) << "two causes or three in each round";
}

TEST(CommonCauses, ADriverRollIsOneCause) {
  constexpr std::uint32_t n = 4000;
  // The last 500 have driver 13; 412 of them and 18 of the others are slow.
  std::vector<std::uint32_t> flagged;
  for (std::uint32_t i = 0; i < 18; ++i) flagged.push_back(190 * i);
  for (std::uint32_t i = 0; i < 412; ++i) flagged.push_back(n - 500 + i);
  const std::vector<PeerFactor> factors{factor("rack", n, [](auto i) { return i / 64; }),
                                        factor("driver", n, [](auto i) { return i < n - 500 ? 12u : 13u; })};
  const auto causes = common_causes(first(n), flagged, factors);
  ASSERT_EQ(causes.size(), 1u);
  ASSERT_EQ(causes[0].levels.size(), 1u);
  EXPECT_EQ(causes[0].levels[0].factor, 1u);
  EXPECT_EQ(causes[0].levels[0].level, 13u);
  EXPECT_EQ(causes[0].members.size(), 412u);
  EXPECT_EQ(causes[0].members.front(), n - 500);
  EXPECT_EQ(causes[0].flagged, 430u);
  EXPECT_EQ(causes[0].others_with, 88u);
  EXPECT_EQ(causes[0].others, n - 430);
  EXPECT_LT(causes[0].p, 1e-50);
}

TEST(CommonCauses, AreNamedLargestFirstAndFewest) {
  constexpr std::uint32_t n = 1024;
  // Leaf 2 has racks 8 to 11, all slow; half of pdu 7 is slow, too.
  const std::vector<PeerFactor> factors{factor("rack", n, [](auto i) { return i / 16; }),
                                        factor("leaf", n, [](auto i) { return i / 64; }),
                                        factor("pdu", n, [](auto i) { return i % 64; })};
  std::vector<std::uint32_t> flagged;
  for (std::uint32_t i = 0; i < n; ++i) {
    if (i / 64 == 2 || (i % 64 == 7 && i % 128 == 7)) flagged.push_back(i);
  }
  const auto causes = common_causes(first(n), flagged, factors);
  ASSERT_EQ(causes.size(), 2u);
  EXPECT_EQ(causes[0].levels[0].factor, 1u) << "the leaf, not its racks one by one";
  EXPECT_EQ(causes[0].levels[0].level, 2u);
  EXPECT_EQ(causes[0].members.size(), 64u);
  EXPECT_EQ(causes[1].levels[0].factor, 2u);
  EXPECT_EQ(causes[1].levels[0].level, 7u);
}

TEST(CommonCauses, WhatCannotBeToldApartIsNamedTogether) {
  constexpr std::uint32_t n = 400;
  const std::vector<PeerFactor> factors{
      factor("driver", n, [](auto i) { return i % 10 == 0 ? 5u : 4u; }),
      factor("bios", n, [](auto i) { return i % 10 == 0 ? 8u : kNoGroup; }),
      factor("kernel", n, [](auto i) { return i % 10 == 0 || i == 1 ? 8u : 9u; })};
  std::vector<std::uint32_t> flagged;
  for (std::uint32_t i = 0; i < n; i += 10) flagged.push_back(i);
  const auto causes = common_causes(first(n), flagged, factors);
  ASSERT_EQ(causes.size(), 1u);
  ASSERT_EQ(causes[0].levels.size(), 2u);
  EXPECT_EQ(causes[0].levels[0].factor, 0u);
  EXPECT_EQ(causes[0].levels[1].factor, 1u);
  EXPECT_EQ(causes[0].others_with, 0u);
}

TEST(CommonCauses, ChanceIsNone) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  constexpr std::uint32_t n = 640;
  const std::vector<PeerFactor> factors{factor("rack", n, [](auto i) { return i / 16; }),
                                        factor("place", n, [](auto i) { return i % 8; }),
                                        factor("driver", n, [](auto i) { return i % 3; })};
  std::uint64_t raised = 0;
  constexpr std::uint64_t kDraws = 300;
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    const RandomStream random(seed, draw);
    std::vector<std::uint32_t> flagged;
    for (std::uint32_t i = 0; i < n; ++i) {
      if (random.uniform(i) < 0.05) flagged.push_back(i);
    }
    raised += common_causes(first(n), flagged, factors).empty() ? 0u : 1u;
  }
  EXPECT_LE(binomial_lower_bound(raised, kDraws, 1 - 1e-6), 0.001) << raised;
}

TEST(CommonCauses, FewFlaggedHaveNone) {
  const std::vector<PeerFactor> factors{factor("rack", 1000, [](auto i) { return i < 2 ? 0u : 1u; })};
  EXPECT_TRUE(common_causes(first(1000), std::vector<std::uint32_t>{0, 1}, factors).empty());
  EXPECT_TRUE(common_causes({}, {}, factors).empty());
  EXPECT_TRUE(common_causes(first(1000), first(1000), factors).empty()) << "all of them";
  EXPECT_THROW(common_causes(first(1001), {}, factors), Error);
}

}  // namespace
}  // namespace rackproof
