#include "harness/verdict/trend/episode.hpp"

#include <gtest/gtest.h>

#include <random>

#include "harness/base/distributions.hpp"
#include "harness/base/no_number.hpp"
#include "tests/harness/verdict/nightly_noise.hpp"

namespace rackproof {

namespace {

/// A level of 1 that varies by 0.5 % or so, and is lower by 5 % in [from, to).
std::vector<double> series(std::size_t nights, std::size_t from, std::size_t to) {
  std::vector<double> values;
  for (std::size_t i = 0; i < nights; ++i) {
    const double wobble = i % 3 == 0 ? 0.005 : i % 3 == 1 ? -0.005 : 0.001;
    values.push_back(1 + wobble - (i >= from && i < to ? 0.05 : 0));
  }
  return values;
}

std::vector<Episode> episodes(const std::vector<double>& values, const EpisodeSettings& settings = {}) {
  return find_episodes(values, 0, {}, settings);
}

TEST(Episodes, ASteadySeriesHasNone) {
  EXPECT_TRUE(episodes(series(60, 60, 60)).empty());
  EXPECT_TRUE(episodes({}).empty());
  EXPECT_TRUE(episodes(std::vector<double>(30, kNoNumber)).empty());
  EXPECT_TRUE(episodes(series(9, 4, 9)).empty());
}

TEST(Episodes, AStepIsFirstNewThenConfirmedByNightsThatDidNotShowIt) {
  const auto seen = episodes(series(33, 30, 33));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].state, EpisodeState::fresh);
  EXPECT_EQ(seen[0].first_seen, 32u);
  EXPECT_EQ(seen[0].change, 30u);
  const auto next = episodes(series(34, 30, 34));
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].state, EpisodeState::confirmed);
  EXPECT_EQ(next[0].first_seen, 32u);
  EXPECT_EQ(next[0].settled, 33u);
  EXPECT_TRUE(next[0].is_down());
  EXPECT_NEAR(next[0].scan.effect(), -0.05, 0.005);
  EXPECT_FALSE(next[0].drift);
}

TEST(Episodes, ANightThatWasNotMeasuredConfirmsNothing) {
  auto values = series(34, 30, 34);
  values[33] = kNoNumber;
  const auto found = episodes(values);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].state, EpisodeState::fresh);
}

TEST(Episodes, ThreeGoodNightsEndItAndTheRecoveryIsNoEpisode) {
  EXPECT_EQ(episodes(series(38, 30, 36)).back().state, EpisodeState::confirmed);  // two good nights
  const auto found = episodes(series(60, 30, 36));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].state, EpisodeState::went_away);
  EXPECT_EQ(found[0].settled, 38u);
  auto again = series(60, 30, 36);
  for (std::size_t i = 50; i < 60; ++i) again[i] -= 0.05;
  const auto both = episodes(again);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[1].state, EpisodeState::confirmed);
  EXPECT_EQ(both[1].change, 50u);
}

TEST(Episodes, OneThatIsNotMendedStaysHoweverLongItLasts) {
  const auto found = episodes(series(200, 30, 200));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].state, EpisodeState::confirmed);
  EXPECT_EQ(found[0].first_seen, 32u);
  EXPECT_EQ(found[0].change, 30u);
  EXPECT_NEAR(found[0].scan.before, 1, 0.01);
}

TEST(Episodes, ABetterLevelThatLastsIsTheOneToHoldNightsAgainst) {
  auto values = series(60, 0, 20);                                     // better by 5 % from night 20 on
  for (std::size_t i = 45; i < values.size(); ++i) values[i] -= 0.02;  // still better than at first
  EpisodeSettings settings;
  settings.direction = Direction::higher_is_better;
  const auto found = episodes(values, settings);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_FALSE(found[0].is_down());
  EXPECT_EQ(found[0].state, EpisodeState::confirmed);
  EXPECT_TRUE(found[0].is_over);
  EXPECT_EQ(found[0].last, 29u);
  EXPECT_TRUE(found[1].is_down());
  EXPECT_EQ(found[1].change, 45u);
  EXPECT_FALSE(found[1].is_over);
  settings.direction = Direction::lower_is_better;  // worse first, then a little less
  const auto worse = episodes(values, settings);
  ASSERT_EQ(worse.size(), 1u);
  EXPECT_FALSE(worse[0].is_over);
}

TEST(Episodes, ASmallEffectIsNoneHoweverSure) {
  EXPECT_TRUE(episodes(series(60, 30, 60), {.min_effect = 0.1}).empty());
  EXPECT_FALSE(episodes(series(60, 30, 60), {.min_effect = 0.04}).empty());
}

TEST(Episodes, FewFalseOnesAreConfirmed) {
  constexpr std::size_t kSeries = 3'000;
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::size_t false_ones = 0, true_ones = 0;
  std::vector<double> values(60);
  for (std::size_t i = 0; i < kSeries; ++i) {
    test::draw_nights(test::Noise::gauss, seed, i, values);
    for (double& value : values) value = 1 + 0.01 * value;
    const auto by_chance = find_episodes(values, 50, {});
    false_ones += !by_chance.empty() && by_chance.back().state == EpisodeState::confirmed ? 1 : 0;
    if (i >= 500) continue;
    test::add_step(values, 10, -0.04);
    const auto planted = find_episodes(values, 50, {});
    true_ones += !planted.empty() && planted.back().state == EpisodeState::confirmed ? 1 : 0;
  }
  EXPECT_LE(binomial_lower_bound(false_ones, kSeries, 1 - 1e-6), 0.001) << false_ones;
  EXPECT_GE(binomial_upper_bound(true_ones, 500, 1 - 1e-6), 0.95) << true_ones;
}

}  // namespace

}  // namespace rackproof
