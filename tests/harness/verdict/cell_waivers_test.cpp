// Waivers over cells hold on the day on which the campaign of their target ended.
#include "harness/verdict/cells/cell_waivers.hpp"

#include <gtest/gtest.h>

#include "harness/verdict/cells/case_outcomes.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::kTriad;

TEST(CellWaivers, EachTargetHasTheDayOfItsCampaign) {
  CampaignBuilder campaign(2, 1);
  campaign.measured(0, {0.5e9, 0.5e9});
  campaign.measured(1, {0.5e9, 0.5e9});
  Results& results = campaign.results;
  results.parts.resize(2);
  results.parts[0].finished_utc = "2026-11-29T08:00:00.000Z";
  results.parts[1].finished_utc = results.provenance.finished_utc = "2027-03-01T08:00:00.000Z";
  results.targets[1].part = 1;
  const std::string metric = kTriad + "#bandwidth";
  const auto until = [&](const char* target, const char* day) {
    return Waiver{target, metric, "A. Buyer", "replaced in January", day};
  };
  const Waivers waivers{
      "waivers.toml", "", {until("rack1/node1", "2027-01-31"), until("rack2/node1", "2027-01-31")}};
  const CellReader cells(results, case_outcomes(results));
  const CellWaivers holding(cells, waivers);
  EXPECT_EQ(holding.find("rack1/node1", metric), &waivers.rows[0]);
  EXPECT_EQ(holding.find("rack2/node1", metric), nullptr) << "its campaign ended later";
  EXPECT_EQ(holding.find("rack1/node1", kTriad), nullptr) << "another gate";
  EXPECT_EQ(holding.find("rack9/node1", metric), nullptr);
}

TEST(CellWaivers, WhereNobodyKnowsWhenACampaignEndedNoneHolds) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {0.5e9, 0.5e9});
  const std::string metric = kTriad + "#bandwidth";
  const Waivers waivers{"waivers.toml", "", {{"rack1/node1", metric, "A. Buyer", "agreed", "2999-12-31"}}};
  for (const char* day : {"", "2026-11-29T08:00:00.000Z"}) {
    campaign.results.provenance.finished_utc = day;
    const CellReader cells(campaign.results, case_outcomes(campaign.results));
    EXPECT_EQ(CellWaivers(cells, waivers).find("rack1/node1", metric) != nullptr, *day != '\0') << day;
  }
}

}  // namespace
}  // namespace rackproof
