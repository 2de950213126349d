// From cells to subjects, dispositions and exit codes.
#include <gtest/gtest.h>

#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::subject;

struct Gate {
  bool completion;
  Verdict verdict;
  Severity severity = Severity::gate;
};

Verdict rolled(const std::vector<Gate>& gates) {
  std::vector<VerdictCell> cells(gates.size());
  std::vector<const VerdictCell*> pointers;
  for (std::size_t i = 0; i < gates.size(); ++i) {
    cells[i].quantity = gates[i].completion ? "" : "bandwidth";
    cells[i].verdict = gates[i].verdict;
    cells[i].severity = gates[i].severity;
    pointers.push_back(&cells[i]);
  }
  return roll_up(pointers);
}

TEST(RollUp, Table) {
  const Gate done{true, Verdict::pass};
  const Gate good{false, Verdict::pass};
  EXPECT_EQ(rolled({}), Verdict::not_judged);
  EXPECT_EQ(rolled({done}), Verdict::not_judged);  // completion is never the passed gate
  EXPECT_EQ(rolled({good}), Verdict::pass);
  EXPECT_EQ(rolled({done, good}), Verdict::pass);
  for (const bool completion : {false, true}) {
    EXPECT_EQ(rolled({done, good, {completion, Verdict::fail}}), Verdict::fail);
    EXPECT_EQ(rolled({done, good, {completion, Verdict::inconclusive}}), Verdict::inconclusive);
    EXPECT_EQ(rolled({done, good, {completion, Verdict::not_judged}}), Verdict::inconclusive);
    EXPECT_EQ(rolled({done, good, {completion, Verdict::not_applicable}}), Verdict::pass);
    EXPECT_EQ(rolled({{completion, Verdict::not_judged}, {false, Verdict::fail}}), Verdict::fail);
    EXPECT_EQ(rolled({{completion, Verdict::not_applicable}}), Verdict::not_judged);
  }
}

TEST(RollUp, ScoresNeverCount) {
  for (int v = 0; v < kVerdictCount; ++v) {
    const Gate score{false, static_cast<Verdict>(v), Severity::score};
    EXPECT_EQ(rolled({score}), Verdict::not_judged);
    EXPECT_EQ(rolled({{true, Verdict::pass}, {false, Verdict::pass}, score}), Verdict::pass);
  }
}

TEST(RollUp, EveryPairOfVerdicts) {
  for (int a = 0; a < kVerdictCount; ++a) {
    for (int b = 0; b < kVerdictCount; ++b) {
      const auto first = static_cast<Verdict>(a);
      const auto second = static_cast<Verdict>(b);
      const Verdict all = rolled({{false, first}, {false, second}});
      EXPECT_EQ(all, rolled({{false, second}, {false, first}}));
      EXPECT_EQ(all == Verdict::fail, first == Verdict::fail || second == Verdict::fail);
      if (all == Verdict::pass) {
        EXPECT_TRUE(first == Verdict::pass || first == Verdict::not_applicable);
        EXPECT_TRUE(second == Verdict::pass || second == Verdict::not_applicable);
      }
    }
  }
}

// Two racks of two nodes, a device on the first, a pair in rack 1, a pair across, a group per rack and one
// over all.
class Racks : public ::testing::Test {
 protected:
  Racks() : campaign(2, 2) {
    device = campaign.target(Placement::device, "device", "rack1/node1/dev0", {0});
    inside = campaign.target(Placement::pair, "pair", "rack1/node1+rack1/node2", {0, 1});
    across = campaign.target(Placement::pair, "pair", "rack1/node2+rack2/node1", {1, 2});
    group = campaign.target(Placement::group, "group:rack", "rack1", {0, 1});
    site = campaign.target(Placement::group, "group:site", "site", {0, 1, 2, 3});
    std::vector<Limit> rows;
    for (const std::string scope : {"node", "device", "pair", "group:rack", "group:site"}) {
      rows.push_back(test::limit_on("bandwidth", LowerLimit{1e9}, scope));
    }
    limits = test::limits_of(std::move(rows));
  }
  Verdicts judged_with_bad(std::uint32_t bad) {
    CampaignBuilder copy = campaign;
    for (std::uint32_t i = 0; i < copy.results.targets.size(); ++i) {
      const double value = i == bad ? 0.5e9 : 2e9;
      copy.measured(i, {value, value});
    }
    return judge(copy.results, limits);
  }
  CampaignBuilder campaign;
  Limits limits;
  std::uint32_t device, inside, across, group, site;
};

constexpr std::uint32_t kNobody = 1000;

TEST_F(Racks, AllGoodIsAccepted) {
  const Verdicts verdicts = judged_with_bad(kNobody);
  for (const auto& row : verdicts.roll_ups) EXPECT_EQ(row.disposition, Disposition::accepted) << row.subject;
  EXPECT_EQ(verdicts.disposition, Disposition::accepted);
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  EXPECT_EQ(verdicts.roll_ups.front().passed, 18u);  // nine targets, completion and limit each
}

TEST_F(Racks, OrderIsCampaignRacksNodesDevicesPairsGroups) {
  std::vector<std::string> kinds;
  for (const auto& row : judged_with_bad(kNobody).roll_ups) kinds.push_back(row.kind);
  const std::vector<std::string> expected{"campaign", "rack",   "rack", "node", "node",       "node",
                                          "node",     "device", "pair", "pair", "group:rack", "group:site"};
  EXPECT_EQ(kinds, expected);
}

TEST_F(Racks, ABadDeviceRejectsItsNodeAndRackOnly) {
  const Verdicts verdicts = judged_with_bad(device);
  EXPECT_EQ(verdicts.exit_code, ExitCode::rejected);
  EXPECT_EQ(subject(verdicts, "rack1/node1", "node").disposition, Disposition::rejected);
  EXPECT_EQ(subject(verdicts, "rack1/node2", "node").disposition, Disposition::accepted);
  EXPECT_EQ(subject(verdicts, "rack1", "rack").disposition, Disposition::rejected);
  EXPECT_EQ(subject(verdicts, "rack2", "rack").disposition, Disposition::accepted);
  EXPECT_EQ(subject(verdicts, "rack1", "group:rack").disposition, Disposition::accepted);
}

TEST_F(Racks, APairInsideARackCountsForItButNotForItsNodes) {
  const Verdicts verdicts = judged_with_bad(inside);
  EXPECT_EQ(subject(verdicts, "rack1", "rack").disposition, Disposition::rejected);
  EXPECT_EQ(subject(verdicts, "rack2", "rack").disposition, Disposition::accepted);
  EXPECT_EQ(subject(verdicts, "rack1/node1", "node").disposition, Disposition::accepted);
}

TEST_F(Racks, WhatLiesAcrossRacksCountsForTheCampaignOnly) {
  for (const auto bad : {across, site}) {
    const Verdicts verdicts = judged_with_bad(bad);
    EXPECT_EQ(verdicts.disposition, Disposition::rejected);
    EXPECT_EQ(subject(verdicts, "rack1", "rack").disposition, Disposition::accepted);
    EXPECT_EQ(subject(verdicts, "rack2", "rack").disposition, Disposition::accepted);
  }
}

TEST_F(Racks, AGroupOfARackCountsForIt) {
  EXPECT_EQ(subject(judged_with_bad(group), "rack1", "rack").disposition, Disposition::rejected);
}

TEST(Disposition, InterruptedIsNeverAccepted) {
  CampaignBuilder campaign(1, 2);
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {2e9, 2e9});
  ASSERT_EQ(judge(campaign.results, test::floor_of_1_gb()).exit_code, ExitCode::accepted);
  campaign.results.ended = Ended::interrupted;
  const Verdicts verdicts = judge(campaign.results, test::floor_of_1_gb());
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
  for (const auto& row : verdicts.roll_ups) EXPECT_EQ(row.disposition, Disposition::undecided) << row.subject;
}

TEST(Disposition, InterruptedMayBeRejected) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {0.5e9, 0.5e9});
  campaign.results.ended = Ended::interrupted;
  EXPECT_EQ(judge(campaign.results, test::floor_of_1_gb()).exit_code, ExitCode::rejected);
}

TEST(Disposition, NothingJudgedIsUndecided) {
  CampaignBuilder measured_only(1, 1);
  measured_only.measured(0, {2e9, 2e9});
  EXPECT_EQ(judge(measured_only.results, test::limits_of({})).exit_code, ExitCode::undecided);
  const CampaignBuilder empty(1, 1);
  EXPECT_EQ(judge(empty.results, test::floor_of_1_gb()).exit_code, ExitCode::undecided);
}

TEST(Disposition, ARackThatNothingJudgedIsUndecidedBesideAnAcceptedOne) {
  CampaignBuilder campaign(2, 1);
  campaign.measured(0, {2e9, 2e9});
  const Verdicts verdicts = judge(campaign.results, test::floor_of_1_gb());
  EXPECT_EQ(subject(verdicts, "rack1", "rack").disposition, Disposition::accepted);
  EXPECT_EQ(subject(verdicts, "rack2", "rack").disposition, Disposition::undecided);
}

}  // namespace
}  // namespace rackproof
