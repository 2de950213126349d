// What the comparison with peers is made of: groups, median polish, modes, tails.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "harness/base/error.hpp"
#include "harness/base/random.hpp"
#include "harness/verdict/peers/median_polish.hpp"
#include "harness/verdict/peers/modes.hpp"
#include "harness/verdict/peers/peer_groups.hpp"
#include "harness/verdict/peers/peer_tail.hpp"
#include "tests/harness/results/not_measured.hpp"

namespace rackproof {
namespace {

using test::kNotMeasured;

std::vector<float> normals(std::size_t n, std::uint64_t seed) {
  const RandomStream random(seed, 0);
  std::vector<float> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<float>(random.normal(i));
  return out;
}

TEST(PeerGroups, AreByCohortRackAndLabel) {
  PeerColumns columns;
  columns.cohort = {4, 1, 4, kNoGroup, 4};
  columns.rack = {"rack", {7, 7, 5, 5, 7}};
  columns.labels = {{"pdu", {kNoGroup, 0, 2, 2, 2}}};
  const PeerGroups groups(columns);
  ASSERT_EQ(groups.cohorts().size(), 2u);
  EXPECT_EQ(groups.cohorts()[0].members, (std::vector<std::uint32_t>{1}));
  const PeerCohort& cohort = groups.cohorts()[1];
  EXPECT_EQ(cohort.cohort, 4u);
  EXPECT_EQ(cohort.members, (std::vector<std::uint32_t>{0, 2, 4}));
  ASSERT_EQ(cohort.partitions.size(), 2u);
  EXPECT_EQ(cohort.partitions[0].level, (std::vector<std::uint32_t>{5, 7}));
  EXPECT_EQ(cohort.partitions[0].of(1)[1], 2u) << "the third member, subject 4";
  EXPECT_EQ(cohort.partitions[1].of(0).size(), 2u) << "who has no level is in none";
  columns.node = {1, 2};
  EXPECT_THROW(PeerGroups{columns}, Error);
  columns.node.clear();
  columns.labels[0].level.pop_back();
  EXPECT_THROW(PeerGroups{columns}, Error);
}

TEST(MedianPolish, WhatARackAddsIsTheMedianOfItsSortedNumbers) {
  std::mt19937_64 random(5);
  for (const std::size_t n : {8u, 9u, 15u, 64u, 255u, 256u, 257u, 300u}) {
    for (const int levels : {1, 2, 5, 1000000}) {  // few: many are equal
      std::uniform_int_distribution<int> level(-levels, levels);
      PeerColumns columns;
      columns.cohort.assign(n, 0);
      columns.rack = {"rack", std::vector<std::uint32_t>(n, 3)};
      std::vector<float> values(n);
      for (float& value : values) value = static_cast<float>(level(random)) * 1e-3f;
      std::vector<float> sorted = values;
      std::ranges::sort(sorted);
      const double expected = (double{sorted[(n - 1) / 2]} + double{sorted[n / 2]}) / 2;
      const PeerGroups groups(columns);
      EXPECT_EQ(median_polish(values, groups.cohorts()[0])[0][0].value, expected) << n << ", " << levels;
    }
  }
}

TEST(MedianPolish, TakesOffWhatRacksAndLabelsAdd) {
  // Ten racks of twenty; label: the place in the rack, five levels.
  PeerColumns columns;
  columns.cohort.assign(203, 0);
  columns.rack.name = "rack";
  columns.labels = {{"place", {}}};
  std::vector<float> values;
  for (std::uint32_t i = 0; i < 200; ++i) {
    columns.rack.level.push_back(i / 20);
    columns.labels[0].level.push_back(i % 5);
    const double own = i == 77 ? -0.5 : 0;
    values.push_back(static_cast<float>(0.01 * (i / 20) + 0.002 * (i % 5) + own));
  }
  values[13] = kNotMeasured;
  for (std::uint32_t i = 0; i < 3; ++i) {  // a rack of three is left alone
    columns.rack.level.push_back(99);
    columns.labels[0].level.push_back(kNoGroup);
    values.push_back(9);
  }
  const PeerGroups groups(columns);
  const LevelEffects effects = median_polish(values, groups.cohorts()[0]);
  EXPECT_NEAR(effects[0][9].value - effects[0][0].value, 0.09, 1e-6);
  EXPECT_NEAR(effects[1][4].value - effects[1][1].value, 0.006, 1e-6);
  EXPECT_TRUE(std::isnan(effects[0][10].value));
  EXPECT_EQ(effects[0][0].measured, 19u);
  for (std::size_t i = 0; i < 200; ++i) {
    if (i != 13) {
      EXPECT_NEAR(static_cast<double>(values[i]), i == 77 ? -0.5 : 0, 1e-6) << i;
    }
  }
  EXPECT_TRUE(std::isnan(values[13]));
  EXPECT_EQ(values[200], 9);
}

TEST(Modes, OneLevelIsNotTwo) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  const RandomStream random(seed, 1);
  for (const std::size_t n : {200u, 5000u}) {
    EXPECT_FALSE(two_modes(normals(n, seed)));
    std::vector<float> uniform(n), heavy(n);
    for (std::size_t i = 0; i < n; ++i) {
      uniform[i] = static_cast<float>(random.uniform(i));
      heavy[i] = static_cast<float>(random.student(i, 3));
    }
    EXPECT_FALSE(two_modes(uniform));
    EXPECT_FALSE(two_modes(heavy));
    EXPECT_FALSE(two_modes(std::vector<float>(n, 3.0f)));
    EXPECT_FALSE(two_modes(std::vector<float>(n, kNotMeasured)));
  }
  EXPECT_FALSE(two_modes(std::vector<float>{}));
  EXPECT_FALSE(two_modes(std::vector<float>{1, 1, 1, 1, 1, 2, 2, 2, 2, 2})) << "too few to tell";
}

TEST(Modes, TwoLevelsAreFoundWithTheirShares) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  for (const std::size_t n : {300u, 6000u}) {
    std::vector<float> values = normals(n, seed);
    for (std::size_t i = 0; i < n; i += 3) values[i] -= 10;
    values[1] = kNotMeasured;
    const auto modes = two_modes(values);
    ASSERT_TRUE(modes);
    EXPECT_NEAR(modes->share_lower, 1.0 / 3, 0.02);
    EXPECT_NEAR(modes->lower, -10, 1);
    EXPECT_NEAR(modes->upper, 0, 1);
    EXPECT_GT(modes->threshold, -8);
    EXPECT_LT(modes->threshold, -2);
    for (std::size_t i = 0; i < n; i += 3) values[i] += i % 9 == 0 ? 0.0f : 10.0f;
    EXPECT_FALSE(two_modes(values)) << "a ninth of them: outliers, not a mode";
  }
}

TEST(PeerTail, ShapesAreToldApart) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  const RandomStream random(seed, 1);
  std::vector<float> z = normals(200'000, seed);
  EXPECT_EQ(tail_shape(z), TailShape::normal);
  for (std::size_t i = 0; i < z.size(); i += 200) z[i] = 8;
  EXPECT_EQ(tail_shape(z), TailShape::normal) << "half a percent of faults are no tail";
  for (std::size_t i = 0; i < z.size(); ++i) z[i] = static_cast<float>(1.6 * random.student(i, 3));
  EXPECT_EQ(tail_shape(z), TailShape::heavy);
  for (std::size_t i = 0; i < z.size(); ++i) z[i] = static_cast<float>(std::exp(random.normal(i)) - 1);
  EXPECT_EQ(tail_shape(z), TailShape::skewed);
  EXPECT_EQ(tail_shape(std::vector<float>(100, kNotMeasured)), TailShape::normal);
  EXPECT_EQ(tail_shape({}), TailShape::normal);
}

TEST(PeerTail, CutsKeepTheFalseAlarmsOfACohortBelowOneInAThousand) {
  EXPECT_DOUBLE_EQ(cut_for(1000, 5), 5);
  EXPECT_GT(cut_for(256'000, 5), 5.5);
  EXPECT_LT(cut_for(256'000, 5), 6);
  EXPECT_GT(cut_for(16, 5), 8);
  EXPECT_GT(cut_for(8, 5), cut_for(16, 5));
  for (const std::size_t n : {8u, 16u, 1'000u, 2'560'000u})
    EXPECT_LE(expected_beyond(n, cut_for(n, 5)), 0.001001) << n;
}

TEST(PeerTail, ManyFaultsLowerTheCutAndAMirrorForbidsIt) {
  std::vector<double> worse;
  for (int i = 0; i < 300; ++i) worse.push_back(4.7 + 0.01 * i);
  const TailCut lowered = choose_cut({worse, {4.1}, 4.1, 256'000}, 5, TailShape::normal);
  EXPECT_LT(lowered.z, 4.8);
  EXPECT_EQ(static_cast<std::ptrdiff_t>(lowered.beyond),
            std::ranges::count_if(worse, [](double z) { return z > cut_for(256'000, 5); }));
  EXPECT_LT(lowered.mirror_share, 0.02);
  const TailCut held =
      choose_cut({worse, std::vector<double>(20, 4.95), 4.95, 256'000}, 5, TailShape::normal);
  EXPECT_GE(held.z, 4.95) << "below it, too many stand out on the better side";
  EXPECT_LT(held.z, 5);
  EXPECT_DOUBLE_EQ(choose_cut({{5.5}, {}, 3, 256'000}, 5, TailShape::normal).z, cut_for(256'000, 5));
}

TEST(PeerTail, AFewMustBeFartherThanTheMirror) {
  const auto cut = [](std::size_t worse, double farthest_better) {
    return choose_cut({std::vector<double>(worse, 7), {}, farthest_better, 1000}, 5, TailShape::normal).z;
  };
  EXPECT_DOUBLE_EQ(cut(2, 3), 5);
  EXPECT_DOUBLE_EQ(cut(2, 4), 6);
  EXPECT_DOUBLE_EQ(cut(2, 5), 7.5);
  EXPECT_LE(cut(20, 5), 7) << "of so many, the mirror says more";
  EXPECT_EQ(farthest_of_tail({3, 2.5, 4}), 4);
  EXPECT_EQ(farthest_of_tail({3, 90, 4, 3}), 4);
  EXPECT_EQ(farthest_of_tail({3, 30, 31, 2}), 3);
  EXPECT_EQ(farthest_of_tail({30, 31, 32, 3}), 32);
  EXPECT_EQ(farthest_of_tail({7}), 7);
  EXPECT_EQ(farthest_of_tail({}), 0);
}

TEST(PeerTail, WhatAlsoStandsOutOnTheBetterSideIsNatural) {
  std::vector<double> worse, better;
  for (int i = 0; i < 100; ++i) {
    worse.push_back(6 + 0.1 * i);
    better.push_back(6 + 0.1 * i);
  }
  TailCut cut = choose_cut({worse, better, better.back(), 1000}, 5, TailShape::normal);
  EXPECT_DOUBLE_EQ(cut.z, 10 * better.back()) << "none of these";
  EXPECT_EQ(cut.mirrored, 100u);
  EXPECT_EQ(cut.mirror_share, 1);
  for (int i = 0; i < 40; ++i) worse.push_back(100 + i);
  cut = choose_cut({worse, better, better.back(), 1000}, 5, TailShape::heavy);
  EXPECT_GT(cut.z, 14) << "only what lies beyond the mirrored tail stands out";
  EXPECT_LT(cut.z, 100);
  EXPECT_LT(cut.mirror_share, 0.05);
  EXPECT_DOUBLE_EQ(choose_cut({worse, {}, 0, 1000}, 5, TailShape::skewed).z, 2 * std::log(1e6));
  EXPECT_DOUBLE_EQ(choose_cut({{90}, {}, 4, 1000}, 5, TailShape::heavy).z, 40)
      << "half the speed is slow in any tail";
  EXPECT_DOUBLE_EQ(choose_cut({{}, {}, 0, 1000}, 5, TailShape::heavy).z, 5);
}

}  // namespace
}  // namespace rackproof
