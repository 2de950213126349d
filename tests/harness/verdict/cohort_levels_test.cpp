// Whole cohorts against the largest of their model.
#include "harness/verdict/peers/cohort_levels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "harness/base/distributions.hpp"
#include "harness/base/random.hpp"

namespace rackproof {
namespace {

CohortPeers cohort(std::uint32_t number, std::size_t measured, double median) {
  CohortPeers row;
  row.cohort = number;
  row.measured = measured;
  row.median = median;
  row.scale = 0.01;
  row.racks_measured = 16;
  row.rack_spread = 0.005;
  return row;
}

TEST(CohortLevels, TheOneOnTheWorseSideIsNamed) {
  const std::vector<std::uint32_t> model{0, 0, 0, 1};
  std::vector<CohortPeers> rows{cohort(0, 300, 2e9), cohort(1, 200, 1.8e9), cohort(2, 100, 2.3e9),
                                cohort(3, 900, 1e9)};
  auto found = cohort_levels(rows, model, {});
  ASSERT_EQ(found.size(), 1u) << "another model is no reference";
  EXPECT_EQ(found[0].row, 1u);
  EXPECT_EQ(found[0].reference, 0u);
  EXPECT_NEAR(found[0].effect, -0.1, 1e-9);
  const double error =
      std::sqrt(0.005 * 0.005 / 16 * 2 + std::pow(1.2533 * 0.01, 2) * (1.0 / 300 + 1.0 / 200));
  EXPECT_NEAR(found[0].z, std::log(0.9) / error, 1e-9);
  found = cohort_levels(rows, model, {.direction = Direction::lower_is_better});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].row, 2u);
  EXPECT_EQ(cohort_levels(rows, model, {.direction = Direction::neither}).size(), 2u);
  rows[1].state = PeerState::mixed;
  EXPECT_TRUE(cohort_levels(rows, model, {}).empty());
}

TEST(CohortLevels, WhatIsSmallOrUncertainIsNotNamed) {
  const std::vector<std::uint32_t> model{0, 0};
  std::vector<CohortPeers> rows{cohort(0, 300, 2e9), cohort(1, 200, 1.95e9)};
  EXPECT_TRUE(cohort_levels(rows, model, {}).empty()) << "2.5 % is below the least effect";
  rows[1].median = 1.9e9;
  EXPECT_EQ(cohort_levels(rows, model, {}).size(), 1u);
  rows[1].rack_spread = 0.05;
  EXPECT_TRUE(cohort_levels(rows, model, {}).empty()) << "its racks differ by as much";
  rows[1].rack_spread = std::numeric_limits<double>::quiet_NaN();
  rows[1].racks_measured = 1;
  rows[1].median = 1.92e9;
  EXPECT_TRUE(cohort_levels(rows, model, {}).empty()) << "one rack says little";
  rows[1].median = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(cohort_levels(rows, model, {}).empty());
}

TEST(CohortLevels, RacksThatDifferRaiseNone) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  PeerColumns columns;
  columns.rack.name = "rack";
  for (std::uint32_t i = 0; i < 32 * 16; ++i) {
    columns.rack.level.push_back(i / 16);
    columns.cohort.push_back(i / 16 % 2);
  }
  const PeerGroups groups(columns);
  std::uint64_t raised = 0;
  constexpr std::uint64_t kDraws = 200;
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    const RandomStream own(seed, 2 * draw), rack(seed, 2 * draw + 1);
    std::vector<float> values;
    for (std::uint32_t i = 0; i < columns.size(); ++i)
      values.push_back(static_cast<float>(std::exp(0.01 * own.normal(i) + 0.02 * rack.normal(i / 16))));
    const std::vector<std::uint32_t> model{0, 0};
    raised += cohort_levels(compare_peers(groups, values, {}, {}), model, {}).empty() ? 0u : 1u;
  }
  EXPECT_LE(binomial_lower_bound(raised, kDraws, 1 - 1e-6), 0.002) << raised;
}

}  // namespace
}  // namespace rackproof
