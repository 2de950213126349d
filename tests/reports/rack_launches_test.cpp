// What a page holds of the launches of racks: each number is one of the results, and what has no room is counted.
#include "reports/rack_launches.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "harness/base/error.hpp"
#include "harness/verdict/judge.hpp"
#include "harness/verdict/measurements.hpp"
#include "reports/fleet_of_campaign.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"
#include "tests/harness/verdict/drawn_campaign.hpp"
#include "tests/reports/fleet_expected.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

FleetData fleet_with_launches(const Results& results, const Limits& limits, const Verdicts& verdicts) {
  return fleet_data_with_launches(results, limits, verdicts,
                                  make_report_view(results, limits, verdicts).racks);
}

FleetData fleet_with_launches(const Results& results, const Limits& limits) {
  return fleet_with_launches(results, limits, judge(results, limits));
}

/// "target launches…" of each part of a metric of a rack.
std::vector<std::string> listed(const FleetData& fleet, std::size_t rack, const std::string& metric) {
  std::vector<std::string> out;
  const RackLaunches& launches = fleet.launches.at(rack);
  for (const auto& one : launches.metrics) {
    if (fleet.metrics.at(one.metric).metric != metric) continue;
    for (const auto& part : one.parts)
      out.push_back(fmt::format("{} {}: {}", launches.targets.at(part.target), part.value,
                                fmt::join(part.launches, " ")));
  }
  return out;
}

const std::string kBandwidth = test::kTriad + "#bandwidth";

TEST(RackLaunches, AreThoseOfTheResultsWithTheVerdictsOfTheCells) {
  const std::uint64_t first = std::random_device{}();
  std::size_t checked = 0;
  for (std::uint64_t seed = first; seed < first + 60; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Results results = test::drawn_campaign(seed);
    const Limits limits = test::drawn_limits(seed);
    const Verdicts verdicts = judge(results, limits);
    const FleetData fleet = fleet_with_launches(results, limits, verdicts);
    ASSERT_EQ(fleet.launches.size(), fleet.racks.size());
    const Measurements measurements(results);
    for (std::size_t i = 0; i < results.launch_values.size(); ++i) {
      const LaunchValue& launch = results.launch_values[i];
      const std::uint32_t target = results.attempts[launch.attempt].target;
      const auto all = measurements.real(launch.series, target).launches;
      const std::string rack = test::rack_of(results, target);
      if (rack.empty() || all.empty()) continue;
      const auto row = static_cast<std::size_t>(std::ranges::find(fleet.racks, rack) - fleet.racks.begin());
      const RackLaunches& of_rack = fleet.launches[row];
      for (const auto& metric : of_rack.metrics) {
        const FleetMetric& shown = fleet.metrics[metric.metric];
        if (shown.metric != results.series[launch.series].metric() ||
            shown.scope != results.targets[target].scope)
          continue;
        for (const auto& part : metric.parts) {
          const std::string& name = of_rack.targets[part.target];
          if (!results.targets[target].name.ends_with(name) || part.launches.size() != all.size()) continue;
          if (results.targets[target].placement == Placement::pair) continue;  // named otherwise
          for (std::size_t k = 0; k < all.size(); ++k)
            test::expect_shown(part.launches[k], all[k], shown.unit);
          ++checked;
        }
      }
    }
  }
  EXPECT_GT(checked, 100u);
}

TEST(RackLaunches, StandWithTheirNodeInTheUnitOfTheMetric) {
  test::CampaignBuilder campaign(2, 2);
  campaign.measured(0, {2e9, 2.1e9});
  campaign.measured(1, {0.5e9, 0.6e9});
  campaign.measured(2, {2.2e9, 2.2222222e9});
  campaign.promise(3);
  const FleetData fleet = fleet_with_launches(campaign.results, test::floor_of_1_gb());
  EXPECT_EQ(listed(fleet, 0, kBandwidth),
            (std::vector<std::string>{"node1 2.05: 2 2.1", "node2 0.55: 0.5 0.6"}));
  EXPECT_EQ(listed(fleet, 1, kBandwidth),
            (std::vector<std::string>{"node1 2.211: 2.2 2.222", "node2 nan: "}));
  EXPECT_EQ(fleet.launches[0].metrics[0].parts[1].verdict, static_cast<std::uint8_t>(Verdict::fail));
  EXPECT_EQ(fleet.launches[1].metrics[0].parts[1].verdict, static_cast<std::uint8_t>(Verdict::not_judged));
  EXPECT_EQ(fleet.launches[0].left_out, 0u);
  // Without a limit the same figures stand there without a verdict, and what was not measured not at all.
  const FleetData free = fleet_with_launches(campaign.results, test::limits_of({}));
  EXPECT_EQ(listed(free, 0, kBandwidth), listed(fleet, 0, kBandwidth));
  EXPECT_EQ(listed(free, 1, kBandwidth), (std::vector<std::string>{"node1 2.211: 2.2 2.222"}));
  EXPECT_EQ(free.launches[0].metrics[0].parts[1].verdict, kVerdictCount);
}

TEST(RackLaunches, BeyondTheMostAreCounted) {
  test::CampaignBuilder campaign(1, 1, 20);
  campaign.measured(0, std::vector<double>(20, 2e9));
  const FleetData fleet = fleet_with_launches(campaign.results, test::floor_of_1_gb());
  const RackLaunches::Part& part = fleet.launches.at(0).metrics.at(0).parts.at(0);
  EXPECT_EQ(part.launches.size(), kMostLaunchesOfPart);
  EXPECT_EQ(part.more, 20 - kMostLaunchesOfPart);
}

TEST(RackLaunches, WithoutRoomTheRackThatFailsComesFirstAndTheRestIsCounted) {
  test::CampaignBuilder campaign(3, 1);
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {0.5e9, 0.5e9});
  campaign.measured(2, {2e9, 2e9});
  const Limits limits = test::floor_of_1_gb();
  const Verdicts verdicts = judge(campaign.results, limits);
  const FleetData fleet = fleet_with_launches(campaign.results, limits, verdicts);
  const std::vector<std::uint32_t> racks{0, 1, 2};
  const std::vector<FleetMetricSource> sources{{0, "node", 0}};
  constexpr std::size_t kOneRack = 3;  // a value and two launches
  const auto launches = rack_launches(campaign.results, verdicts, racks, sources, fleet, kOneRack);
  EXPECT_EQ(launches[1].metrics.size(), 1u);
  EXPECT_EQ(launches[1].left_out, 0u);
  for (const std::size_t rack : {0u, 2u}) {
    EXPECT_TRUE(launches[rack].metrics.empty());
    EXPECT_TRUE(launches[rack].targets.empty());
    EXPECT_EQ(launches[rack].left_out, 1u);
  }
}

TEST(RackLaunches, PairsHaveTheirEndsBothWaysAndSuspectsAreNamed) {
  test::CampaignBuilder campaign(1, 3);
  const auto forth = campaign.target(Placement::pair, "pair", "rack1/node3+rack1/node1", {2, 0});
  const auto back = campaign.target(Placement::pair, "pair", "rack1/node1+rack1/node3", {0, 2});
  campaign.measured(forth, {2e9, 2e9});
  campaign.measured(back, {1e9, 1e9});
  const Limits limits = test::limits_of({});
  Verdicts verdicts = judge(campaign.results, limits);
  verdicts.findings.push_back({"f1", "suspect", {"rack1/node3"}, "", ""});
  verdicts.findings.push_back({"f2", "suspect", {"rack1/node1", "rack1/node3"}, "", ""});
  verdicts.findings.push_back({"f3", "suspect", {"rack1/node2"}, "", ""});  // in no pair
  verdicts.findings.push_back({"f4", "suspect", {"rack rack1"}, "", ""});
  verdicts.findings.push_back({"f5", "throttled", {"rack1/node1"}, "", ""});
  const FleetData fleet = fleet_with_launches(campaign.results, limits, verdicts);
  const RackLaunches& rack = fleet.launches.at(0);
  EXPECT_EQ(rack.nodes, (std::vector<std::string>{"node1", "node3"}));
  EXPECT_EQ(rack.suspects, (std::vector<std::vector<std::uint32_t>>{{1}, {0, 1}}));
  ASSERT_EQ(rack.targets, (std::vector<std::string>{"node3 + node1", "node1 + node3"}));
  EXPECT_EQ(rack.ends[0]->first, 1u);
  EXPECT_EQ(rack.ends[0]->second, 0u);
  EXPECT_EQ(rack.ends[1]->first, 0u);
  EXPECT_EQ(rack.ends[1]->second, 1u);
}

TEST(RackLaunches, ThePageHoldsThemForEachRack) {
  test::CampaignBuilder campaign(2, 1);
  campaign.results.targets[0].name += "</script>\xe2\x80\xae";
  campaign.measured(0, {2e9, 2.1e9});
  FleetData fleet = fleet_with_launches(campaign.results, test::floor_of_1_gb());
  const auto blocks = fleet_blocks(fleet, "acceptance");
  const auto text = test::unpacked_bytes(test::block(blocks, "rp-parts-0").content);
  const json parts = json::parse(text.begin(), text.end());
  EXPECT_EQ(parts["targets"], json({"node1</script>\\u202e"}));
  EXPECT_EQ(parts["ends"], json::array({nullptr}));
  EXPECT_EQ(parts["metrics"][0]["launches"], json::array({2}));
  EXPECT_EQ(parts["leftOut"], 0);
  EXPECT_EQ(test::unpacked<float>(test::block(blocks, "rp-launches-0").content),
            (std::vector<float>{2.05F, 2, 2.1F}));
  EXPECT_NO_THROW(test::block(blocks, "rp-parts-1"));
  fleet.launches[0].ends.pop_back();
  EXPECT_THROW(fleet_blocks(fleet, "acceptance"), Error);
  fleet.launches.clear();
  EXPECT_THROW(test::block(fleet_blocks(fleet, "acceptance"), "rp-parts-0"), std::runtime_error);
}

}  // namespace

}  // namespace rackproof
