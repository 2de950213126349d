// The pairs that a page lists: fails first, then those farthest behind the median, and what has no value is never a pass.
#include "reports/worst_pairs.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/verdict/judge.hpp"
#include "reports/html/sections.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {

namespace {

class WorstPairsTest : public ::testing::Test {
 protected:
  WorstPairsTest() { campaign.results.series[0].direction = Direction::higher_is_better; }

  std::uint32_t pair(std::uint32_t a, std::uint32_t b) {
    const auto& targets = campaign.results.targets;
    return campaign.target(Placement::pair, "pair", targets[a].name + "+" + targets[b].name, {a, b});
  }

  std::vector<WorstPairs> lists(const Limits& limits = test::limits_of({})) const {
    return worst_pairs(campaign.results, limits, judge(campaign.results, limits));
  }

  static std::vector<std::string> names(const WorstPairs& pairs) {
    std::vector<std::string> out;
    for (const WorstPair& one : pairs.worst) out.push_back(one.target + " " + one.against_median);
    return out;
  }

  test::CampaignBuilder campaign{1, 4};
};

TEST_F(WorstPairsTest, StandByTheirDistanceFromTheMedianOnTheBadSide) {
  campaign.measured(pair(0, 1), {2e9, 2e9});
  campaign.measured(pair(0, 2), {1.5e9, 1.5e9});
  campaign.measured(pair(1, 2), {3e9, 3e9});
  campaign.promise(pair(2, 3));
  auto all = lists();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].metric, test::kTriad + "#bandwidth");
  EXPECT_EQ(all[0].median, "2 GB/s");
  EXPECT_EQ(all[0].measured, 3u);
  EXPECT_EQ(all[0].missing, 0u);
  EXPECT_EQ(names(all[0]),
            (std::vector<std::string>{"rack1/node1+rack1/node3 -25.0 %", "rack1/node1+rack1/node2 +0.0 %",
                                      "rack1/node2+rack1/node3 +50.0 %"}));
  EXPECT_FALSE(all[0].worst[0].verdict.has_value());
  campaign.results.series[0].direction = Direction::lower_is_better;
  EXPECT_EQ(names(lists()[0]).front(), "rack1/node2+rack1/node3 +50.0 %");
  campaign.results.series[0].direction = Direction::neither;
  EXPECT_EQ(names(lists()[0]).front(), "rack1/node2+rack1/node3 +50.0 %");
}

TEST_F(WorstPairsTest, FailsComeFirstAndWhatWasNotMeasuredIsCounted) {
  campaign.measured(pair(0, 1), {2e9, 2e9});
  campaign.measured(pair(0, 2), {0.5e9, 0.5e9});
  campaign.promise(pair(1, 2));
  const auto all = lists(test::limits_of({test::limit_on("bandwidth", LowerLimit{1e9}, "pair")}));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].limit, "≥ 1 GB/s");
  EXPECT_EQ(all[0].missing, 1u);
  ASSERT_EQ(all[0].worst.size(), 3u);
  EXPECT_EQ(all[0].worst[0].verdict, Verdict::fail);
  EXPECT_EQ(all[0].worst[1].verdict, Verdict::pass);
  EXPECT_EQ(all[0].worst[2].verdict, Verdict::not_judged);
  EXPECT_EQ(all[0].worst[2].value, "not measured");
  EXPECT_EQ(all[0].worst[2].against_median, "");
}

TEST_F(WorstPairsTest, AreNoneWithoutPairsOrValues) {
  campaign.measured(0, {2e9, 2e9});
  EXPECT_TRUE(lists().empty());
  campaign.promise(pair(0, 1));
  EXPECT_TRUE(lists().empty());
  EXPECT_EQ(html::pairs_section({}, Words(Language::en)), "");
}

TEST_F(WorstPairsTest, ThePageNamesSuspectsAndSaysHowManyMoreThereAre) {
  const std::vector<std::uint32_t> nodes{0, 1, 2, 3};
  for (const auto a : nodes) {
    for (const auto b : nodes) {
      if (a != b) campaign.measured(pair(a, b), {(a == 2 || b == 2 ? 1.5e9 : 2e9) + 1e6 * a, 2e9});
    }
  }
  Verdicts verdicts = judge(campaign.results, test::limits_of({}));
  verdicts.findings = {{"f1", "suspect", {"rack1/node3"}, "", ""},
                       {"f2", "suspect", {"rack rack1"}, "", ""},
                       {"f3", "throttled", {"rack1/node1"}, "", ""}};
  const auto all = worst_pairs(campaign.results, test::limits_of({}), verdicts);
  ASSERT_EQ(all.size(), 1u);
  ASSERT_EQ(all[0].worst.size(), kMostWorstPairs);
  for (const WorstPair& one : all[0].worst)
    EXPECT_EQ(one.suspected, one.target.find("node3") != std::string::npos) << one.target;
  EXPECT_TRUE(all[0].worst[0].suspected);
  const std::string page = html::pairs_section(all, Words(Language::en));
  EXPECT_NE(page.find("<small>suspected</small>"), std::string::npos);
  EXPECT_NE(page.find("<b>+2 more</b> pairs, in the results file"), std::string::npos);
  EXPECT_NE(html::pairs_section(all, Words(Language::zh)).find("节点对"), std::string::npos);
}

TEST_F(WorstPairsTest, AMedianOfZeroComparesNothing) {
  campaign.measured(pair(0, 1), {0, 0});
  campaign.measured(pair(0, 2), {0, 0});
  const auto all = lists();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].worst[0].against_median, "");
}

}  // namespace

}  // namespace rackproof
