// The data of a campaign's page: every value and verdict is that of its cells.
#include "reports/fleet_of_campaign.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "harness/verdict/judge.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"
#include "tests/harness/verdict/drawn_campaign.hpp"
#include "tests/reports/fleet_expected.hpp"

namespace rackproof {

namespace {

FleetData fleet_of(const Results& results, const Limits& limits, const Verdicts& verdicts) {
  return fleet_data(results, limits, verdicts, make_report_view(results, limits, verdicts).racks);
}

TEST(FleetOfCampaign, SaysWhatTheVerdictsSay) {
  const std::uint64_t first = std::random_device{}();
  for (std::uint64_t seed = first; seed < first + 100; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Results results = test::drawn_campaign(seed);
    const Limits limits = test::drawn_limits(seed);
    const Verdicts verdicts = judge(results, limits);
    test::expect_as_cells(fleet_of(results, limits, verdicts), results, limits, verdicts.cells);
  }
}

TEST(FleetOfCampaign, WhatHasNoLimitIsShownWithoutAVerdict) {
  test::CampaignBuilder campaign(2, 2);
  for (std::uint32_t node = 0; node < 3; ++node)
    campaign.measured(node, {(2.0 + node) * 1e9, (2.0 + node) * 1e9});
  campaign.results.series[0].direction = Direction::lower_is_better;
  const Limits limits = test::limits_of({test::limit_on("threads", ExactNumber{1})});
  const FleetData fleet = fleet_of(campaign.results, limits, judge(campaign.results, limits));
  ASSERT_EQ(fleet.metrics.size(), 2u);
  EXPECT_EQ(fleet.metrics[0].metric, test::kTriad + "#threads");
  const FleetMetric& metric = fleet.metrics[1];
  EXPECT_EQ(metric.metric, test::kTriad + "#bandwidth");
  EXPECT_EQ(metric.limit, "");
  EXPECT_EQ(metric.value, (std::vector<float>{3, 4}));
  EXPECT_EQ(metric.verdict, (std::vector<std::uint8_t>{5, 5}));
}

TEST(FleetOfCampaign, HasLabelsOfRacksAndNamesThatAreCut) {
  test::CampaignBuilder campaign(2, 1);
  auto& targets = campaign.results.targets;
  targets[0].labels = {{"hall", "north"}, {"rack", "rack1"}};
  targets[1].rack = std::string(1'000'000, 'r');
  targets[1].labels = {{"hall",
                        "\xe2\x80\xae"
                        "exe"}};
  const Limits limits = test::floor_of_1_gb();
  const FleetData fleet = fleet_of(campaign.results, limits, judge(campaign.results, limits));
  ASSERT_EQ(fleet.labels.size(), 1u);
  EXPECT_EQ(fleet.labels[0].values, (std::vector<std::string>{"north", "\\u202eexe"}));
  EXPECT_LT(fleet.racks[1].size(), 2 * kLongestFleetText);
}

TEST(FleetOfCampaign, StandingIsThatOfTheView) {
  RackView rack;
  rack.disposition = Disposition::accepted;
  EXPECT_EQ(standing_of(rack), RackStanding::undecided);  // not everything was measured
  rack.everything_measured = true;
  EXPECT_EQ(standing_of(rack), RackStanding::accepted);
  rack.disposition = Disposition::rejected;
  EXPECT_EQ(standing_of(rack), RackStanding::rejected);
  rack.with_reservations = true;
  EXPECT_EQ(standing_of(rack), RackStanding::with_reservations);
  rack.started = false;
  EXPECT_EQ(standing_of(rack), RackStanding::not_started);
}

}  // namespace

}  // namespace rackproof
