// Who stands out among peers, who does not, and when nothing can be said. tests/bench/peers_table.cpp has the full table.
#include "harness/verdict/peers/peers.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "tests/harness/results/not_measured.hpp"
#include "tests/harness/simulate/drawn_seed.hpp"
#include "tests/harness/verdict/peer_fleet.hpp"
#include "tests/harness/verdict/sure.hpp"

namespace rackproof {
namespace {

using test::Fleet;
using test::FleetShape;
using test::kNotMeasured;
using test::kSure;
using test::Noise;

std::vector<CohortPeers> compared(const Fleet& fleet, const PeerRule& rule = {},
                                  const std::vector<Status>& status = {}) {
  return compare_peers(PeerGroups(fleet.columns), fleet.values, status, rule);
}

Fleet healthy(std::uint32_t racks, std::uint32_t devices, std::uint64_t seed, Noise noise = Noise::gauss) {
  return test::planted_fleet({racks, devices, 0}, noise, seed);
}

/// Of so little spread that the least effect is thirty standard deviations: whom it singles out is known.
Fleet quiet(std::uint32_t racks, std::uint32_t devices, std::uint64_t seed) {
  Fleet fleet = healthy(racks, devices, seed);
  for (float& value : fleet.values)
    value = static_cast<float>(2e12 * std::pow(static_cast<double>(value) / 2e12, 0.1));
  return fleet;
}

TEST(Peers, FindsThePlantedAndNoOthers) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  std::uint64_t flagged = 0, right = 0, planted = 0;
  for (std::uint64_t i = 0; i < 2; ++i) {
    const test::Score score = test::score(test::planted_fleet({1000, 64, 0.004}, Noise::gauss, seed + i));
    flagged += score.flagged;
    right += score.right;
    planted += score.planted;
    ASSERT_EQ(score.cohorts.size(), 1u);
    EXPECT_EQ(score.cohorts[0].state, PeerState::judged);
    EXPECT_EQ(score.cohorts[0].tail, TailShape::normal);
    EXPECT_NEAR(score.cohorts[0].scale, 0.01, 0.0005);
    EXPECT_LT(score.cohorts[0].expected_false_alarms, 1);
    EXPECT_LT(score.cohorts[0].cut.mirror_share, 0.02);
    EXPECT_TRUE(score.cohorts[0].levels.empty());
  }
  EXPECT_GE(binomial_upper_bound(right, flagged, kSure), 0.99) << right << " of " << flagged;
  EXPECT_GE(binomial_upper_bound(right, planted, kSure), 0.95) << right << " of " << planted;
}

TEST(Peers, WithoutFaultsNobodyStandsOut) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  for (const test::NoiseFamily& family : test::kNoiseFamilies) {
    SCOPED_TRACE(family.name);
    const CohortPeers row = compared(healthy(250, 64, seed, family.noise)).at(0);
    EXPECT_LE(row.outliers.size(), 1u) << "more than one in a thousand cohorts has one";
    EXPECT_LE(row.levels.size(), 1u);
    if (family.noise == Noise::t3) {
      EXPECT_NE(row.tail, TailShape::normal);
      EXPECT_FALSE(row.farthest.empty());
      EXPECT_GT(row.cut.mirrored, 0u);
    }
    EXPECT_EQ(row.tail == TailShape::skewed, family.noise == Noise::lognormal);
    EXPECT_EQ(row.state == PeerState::mixed, family.noise == Noise::bimodal);
  }
}

TEST(Peers, SmallCohortsRaiseNoFalseAlarms) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  for (const std::uint32_t size : {8u, 16u, 40u}) {
    Fleet fleet = test::planted_fleet({500, size, 0}, Noise::gauss, seed);
    fleet.columns.cohort = fleet.columns.rack.level;  // every rack a cohort of its own
    fleet.columns.node.clear();
    fleet.columns.rack.level.assign(fleet.values.size(), kNoGroup);
    std::uint64_t raised = 0;
    const auto rows = compared(fleet);
    for (const CohortPeers& row : rows) raised += row.outliers.empty() ? 0u : 1u;
    EXPECT_LE(binomial_lower_bound(raised, rows.size(), kSure), 0.002) << size << ": " << raised;
  }
}

TEST(Peers, ASlowRackIsNamedAsARackAndItsDevicesAreNotBlamed) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  Fleet fleet = quiet(40, 64, seed);
  for (std::size_t i = 7 * 64; i < 8 * 64; ++i) fleet.values[i] *= 0.9f;
  fleet.values[7 * 64 + 5] *= 0.8f;
  const CohortPeers row = compared(fleet).at(0);
  ASSERT_EQ(row.levels.size(), 1u);
  EXPECT_EQ(row.levels[0].level, 7u);
  EXPECT_EQ(row.levels[0].measured, 64u);
  EXPECT_NEAR(row.levels[0].effect, -0.1, 0.02);
  EXPECT_LT(row.levels[0].z, -5);
  ASSERT_EQ(row.outliers.size(), 1u) << "slow among its rack, too";
  EXPECT_EQ(row.outliers[0].subject, 7 * 64 + 5u);
  EXPECT_NEAR(row.outliers[0].effect, -0.2, 0.05);
}

TEST(Peers, HalfOfANodeIsSlowAndTheOtherHalfIsNot) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  Fleet fleet = quiet(1, 128, seed);
  for (const std::size_t i : {16u, 17u, 18u, 19u}) fleet.values[i] *= 0.85f;
  const CohortPeers row = compared(fleet).at(0);
  ASSERT_EQ(row.outliers.size(), 4u);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(row.outliers[i].subject, 16 + i);
}

TEST(Peers, TheWorseSideFollowsTheDirection) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  Fleet fleet = quiet(4, 64, seed);
  fleet.values[3] *= 0.8f;
  fleet.values[100] *= 1.25f;
  const auto subjects = [&](Direction direction) {
    std::vector<std::uint32_t> out;
    const auto rows = compared(fleet, {.direction = direction});
    for (const PeerOutlier& outlier : rows.at(0).outliers) out.push_back(outlier.subject);
    return out;
  };
  EXPECT_EQ(subjects(Direction::higher_is_better), (std::vector<std::uint32_t>{3}));
  EXPECT_EQ(subjects(Direction::lower_is_better), (std::vector<std::uint32_t>{100}));
  EXPECT_EQ(subjects(Direction::neither), (std::vector<std::uint32_t>{3, 100}));
}

TEST(Peers, WithoutPeersNothingIsSaid) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  Fleet fleet = quiet(2, 8, seed);
  fleet.values[3] *= 0.5f;
  EXPECT_EQ(compared(fleet).at(0).state, PeerState::judged);
  EXPECT_EQ(compared(fleet, {.least = 17}).at(0).state, PeerState::too_few);
  fleet.columns.node.assign(16, 5);
  CohortPeers row = compared(fleet).at(0);
  EXPECT_EQ(row.state, PeerState::too_few) << "node mates alone are no peers";
  EXPECT_TRUE(row.outliers.empty());
  fleet.columns.node.clear();
  for (std::size_t i = 0; i < 9; ++i) fleet.values[i] = kNotMeasured;
  row = compared(fleet).at(0);
  EXPECT_EQ(row.state, PeerState::too_few);
  EXPECT_EQ(row.measured, 7u);
  fleet.values.assign(16, kNotMeasured);
  row = compared(fleet).at(0);
  EXPECT_EQ(row.state, PeerState::too_few);
  EXPECT_TRUE(std::isnan(row.median));
  fleet.columns.cohort.assign(16, kNoGroup);
  EXPECT_TRUE(compared(fleet).empty());
  EXPECT_TRUE(compared(Fleet{}).empty());
}

TEST(Peers, WhatIsNoPositiveNumberCountsNowhereAndFailuresAreTold) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  Fleet fleet = quiet(1, 64, seed);
  std::vector<Status> status(64, Status::ok);
  fleet.values[0] = kNotMeasured;
  fleet.values[1] = 0;
  fleet.values[2] = -1;
  fleet.values[3] = std::numeric_limits<float>::infinity();
  status[0] = Status::crashed;
  for (std::size_t i = 10; i < 14; ++i) fleet.values[i] = kNotMeasured;
  status[10] = Status::wrong;
  status[11] = Status::skipped;
  status[12] = Status::timeout;
  status[13] = Status::unsupported;
  const CohortPeers row = compared(fleet, {}, status).at(0);
  EXPECT_EQ(row.measured, 56u);
  EXPECT_EQ(row.went_wrong, 3u);
  EXPECT_TRUE(row.outliers.empty());
}

TEST(Peers, EqualValuesAreJudgedWithTheFloorOfTheScale) {
  Fleet fleet;
  fleet.columns.cohort.assign(100, 0);
  fleet.values.assign(100, 2e9f);
  fleet.values[9] = 1.8e9f;
  fleet.values[11] = 1.95e9f;
  CohortPeers row = compared(fleet).at(0);
  EXPECT_TRUE(row.no_spread);
  EXPECT_DOUBLE_EQ(row.scale, 0.001);
  ASSERT_EQ(row.outliers.size(), 1u) << "2.5 % is below min_effect";
  EXPECT_EQ(row.outliers[0].subject, 9u);
  row = compared(fleet, {.resolution = 0.2e9}).at(0);
  EXPECT_NEAR(row.scale, 0.1 / std::sqrt(12), 1e-12);
  EXPECT_TRUE(row.outliers.empty()) << "within what the instrument tells apart";
}

TEST(Peers, TwoLevelsAreMixedUnlessALabelTellsThemApart) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  Fleet fleet = quiet(4, 64, seed);
  PeerFactor bios{"bios", {}};
  for (std::size_t i = 0; i < 256; ++i) {
    bios.level.push_back(i % 2 == 0 ? 31u : 30u);
    if (i % 2 == 0) fleet.values[i] *= 0.8f;
  }
  fleet.values[6] *= 0.8f;
  fleet.values[7] *= 0.8f;
  CohortPeers row = compared(fleet).at(0);
  EXPECT_EQ(row.state, PeerState::mixed);
  EXPECT_NEAR(row.modes.share_lower, 0.5, 0.03);
  EXPECT_TRUE(row.outliers.empty());
  fleet.columns.labels = {{"leaf", std::vector<std::uint32_t>(256, 1)}, bios};
  const auto rows = compared(fleet);
  ASSERT_EQ(rows.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(rows[i].state, PeerState::judged);
    EXPECT_EQ(rows[i].split_label, 1u);
    EXPECT_EQ(rows[i].split_level, 30 + i);
    ASSERT_EQ(rows[i].outliers.size(), 1u);
    EXPECT_EQ(rows[i].outliers[0].subject, i == 0 ? 7u : 6u);
  }
}

TEST(Peers, ALabelAcrossRacksIsNamedAsALabel) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  Fleet fleet = quiet(12, 64, seed);
  PeerFactor shelf{"shelf", {}};
  for (std::uint32_t i = 0; i < fleet.values.size(); ++i) {
    shelf.level.push_back(i % 16);
    if (i % 16 == 5) fleet.values[i] *= 0.9f;
  }
  fleet.values[5] *= 0.9f;
  fleet.columns.labels = {shelf};
  const CohortPeers row = compared(fleet).at(0);
  ASSERT_EQ(row.levels.size(), 1u);
  EXPECT_EQ(row.levels[0].label, 0u);
  EXPECT_EQ(row.levels[0].level, 5u);
  EXPECT_NEAR(row.levels[0].effect, -0.1, 0.01);
  ASSERT_EQ(row.outliers.size(), 1u) << "slow on its shelf, too";
  EXPECT_EQ(row.outliers[0].subject, 5u);
}

TEST(Peers, SlowRacksMakeNoMode) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  Fleet fleet = quiet(8, 64, seed);
  for (std::size_t i = 64; i < 192; ++i) fleet.values[i] *= 0.9f;  // two of eight racks
  fleet.values[400] *= 0.9f;
  const CohortPeers row = compared(fleet).at(0);
  EXPECT_EQ(row.state, PeerState::judged);
  ASSERT_EQ(row.levels.size(), 2u);
  EXPECT_EQ(row.levels[1].level, 2u);
  ASSERT_EQ(row.outliers.size(), 1u);
  EXPECT_EQ(row.outliers[0].subject, 400u);
}

TEST(Peers, NoiseJudgesNobody) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  Fleet fleet = quiet(4, 64, seed);
  fleet.values[3] *= 0.5f;
  const CohortPeers row = compared(fleet, {.dominated_by_noise = true}).at(0);
  EXPECT_EQ(row.state, PeerState::noise);
  EXPECT_TRUE(row.outliers.empty());
}

TEST(Peers, ARuleThatIsNoneIsRefused) {
  const double nan = std::nan("");
  const Fleet fleet = quiet(1, 64, drawn_seed());
  for (const PeerRule& rule :
       {PeerRule{.min_effect = nan}, PeerRule{.min_effect = 0}, PeerRule{.min_effect = 1}, PeerRule{.z = nan},
        PeerRule{.z = 2}, PeerRule{.least = 7}, PeerRule{.resolution = nan}, PeerRule{.resolution = -1}})
    EXPECT_THROW(compared(fleet, rule), Error);
  EXPECT_THROW(compared(fleet, {}, {Status::ok}), Error);
  EXPECT_THROW(compare_peers(PeerGroups(fleet.columns), {}, {}, {}), Error);
}

TEST(Peers, SeveralThreadsShareTheGroups) {
  const Fleet fleet = test::planted_fleet({50, 64, 0.01}, Noise::gauss, 4);
  const PeerGroups groups(fleet.columns);
  const auto found = [&](unsigned threads) {
    std::vector<std::vector<double>> out(4);
    for_each_index(out.size(), threads, [&](std::size_t i) {
      std::vector<float> values = fleet.values;
      values[i] *= 0.7f;
      for (const CohortPeers& row : compare_peers(groups, values, {}, {})) {
        for (const PeerOutlier& outlier : row.outliers)
          out[i].insert(out[i].end(), {outlier.z, outlier.effect});
      }
    });
    return out;
  };
  EXPECT_FALSE(found(1)[0].empty());
  EXPECT_EQ(found(1), found(2));
  EXPECT_EQ(found(1), found(4));
}

}  // namespace
}  // namespace rackproof
