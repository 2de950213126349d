// The state of the machines: what becomes a finding, and what keeps a miss from being a fail.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "harness/base/no_number.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::cell;
using test::floor_of_1_gb;
using test::kTriad;
using test::limit_on;
using test::limits_of;

/// One node, a higher bandwidth is better; the state of every launch as given.
CampaignBuilder one_node(const std::vector<double>& launches, const MachineState& after) {
  CampaignBuilder campaign(1, 1, static_cast<int>(launches.size()));
  campaign.results.series[0].direction = Direction::higher_is_better;
  campaign.measured(0, launches);
  for (AttemptRow& attempt : campaign.results.attempts) attempt.after = after;
  return campaign;
}

VerdictCell bandwidth(const CampaignBuilder& campaign, const Limits& limits = floor_of_1_gb()) {
  return cell(judge(campaign.results, limits), 0, "bandwidth");
}

std::vector<Finding> findings(const Verdicts& verdicts, const std::string& kind) {
  std::vector<Finding> found;
  std::ranges::copy_if(verdicts.findings, std::back_inserter(found),
                       [&](const Finding& row) { return row.kind == kind; });
  return found;
}

TEST(Disturbance, AMissOnABusyHostIsInconclusiveAndKeepsItsNumber) {
  for (const char* key : {"runqueue_delay", "steal_share"}) {
    const CampaignBuilder campaign = one_node({0.5e9, 0.5e9}, {{key, 0.11}});
    const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
    const VerdictCell& miss = cell(verdicts, 0, "bandwidth");
    EXPECT_EQ(miss.verdict, Verdict::inconclusive) << key;
    EXPECT_EQ(miss.failure, "");
    EXPECT_NE(miss.reason.en.find("2 of 2 launches miss the limit, but busy host in 2 of 2 launches"),
              std::string::npos)
        << miss.reason.en;
    EXPECT_NE(miss.reason.en.find("11 %"), std::string::npos) << miss.reason.en;
    EXPECT_FLOAT_EQ(static_cast<float>(miss.value), 0.5e9F);
    EXPECT_EQ(miss.launches, 2);
    EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
    EXPECT_EQ(findings(verdicts, "busy host").size(), 1U);
  }
}

TEST(Disturbance, APassOnABusyHostStaysAPassWithAFinding) {
  const CampaignBuilder campaign = one_node({2e9, 2e9}, {{"runqueue_delay", 0.5}, {"overhead", 0.2}});
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  EXPECT_EQ(findings(verdicts, "busy host").size(), 1U);
  EXPECT_EQ(findings(verdicts, "overhead").size(), 1U);
}

TEST(Disturbance, ABusyHostExplainsNoMoreThanAFactorOfTen) {
  const MachineState busy{{"runqueue_delay", 0.5}};
  EXPECT_EQ(bandwidth(one_node({0.11e9, 0.11e9}, busy)).verdict, Verdict::inconclusive);
  EXPECT_EQ(bandwidth(one_node({0.09e9, 0.09e9}, busy)).verdict, Verdict::fail);
  EXPECT_EQ(
      bandwidth(one_node({0.09e9, 0.09e9}, busy), limits_of({limit_on("bandwidth", BandLimit{1e9, 3e9})}))
          .verdict,
      Verdict::fail);
}

TEST(Disturbance, TwoMissesThatNothingDisturbedFailBesideOneThatWas) {
  CampaignBuilder campaign = one_node({0.5e9, 0.5e9, 0.5e9}, {});
  campaign.results.attempts[1].after["runqueue_delay"] = 0.3;
  EXPECT_EQ(bandwidth(campaign).verdict, Verdict::fail);
  campaign.results.attempts[2].after["runqueue_delay"] = 0.3;  // one alone does not
  EXPECT_EQ(bandwidth(campaign).verdict, Verdict::inconclusive);
}

TEST(Disturbance, WhatIsUnknownOrSmallExcusesNothing) {
  for (const MachineState& state :
       {MachineState{},
        MachineState{{"runqueue_delay", kNoNumber}, {"steal_share", kNoNumber}, {"overhead", kNoNumber}},
        MachineState{{"runqueue_delay", 0.02}, {"steal_share", 0.02}, {"overhead", 0.01}}}) {
    const CampaignBuilder campaign = one_node({0.5e9, 0.5e9}, state);
    const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
    EXPECT_EQ(cell(verdicts, 0, "bandwidth").verdict, Verdict::fail);
    EXPECT_TRUE(verdicts.findings.empty());
  }
}

TEST(Disturbance, ThrottledAndUnsteadyAreFindingsAndExcuseNothing) {
  CampaignBuilder campaign = one_node({0.5e9, 0.5e9}, {{"drift", -0.3}});
  for (AttemptRow& attempt : campaign.results.attempts) {
    attempt.throttled = true;
    attempt.stop = Stop::unsteady;
    attempt.before = {{"settled", 0}, {"settle_s", 5}};
    attempt.after["numa_share"] = 0.7;
  }
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").verdict, Verdict::fail);
  for (const char* kind : {"throttled", "unsteady", "not settled", "numa placement"})
    ASSERT_EQ(findings(verdicts, kind).size(), 1U) << kind;
  EXPECT_NE(findings(verdicts, "unsteady").front().evidence.en.find("30 %"), std::string::npos);
  EXPECT_NE(findings(verdicts, "numa placement").front().evidence.en.find("30 %"), std::string::npos);
}

TEST(Disturbance, OverheadIsDeductedBeforeItMakesAFail) {
  // 0.9 GB/s with 20 % of overhead is 1.125 GB/s; 0.5 GB/s is 0.625 and misses all the same.
  const MachineState state{{"overhead", 0.2}};
  const VerdictCell near = bandwidth(one_node({0.9e9, 0.9e9}, state));
  EXPECT_EQ(near.verdict, Verdict::inconclusive);
  EXPECT_NE(near.reason.en.find("but overhead of up to 20 %"), std::string::npos) << near.reason.en;
  EXPECT_EQ(bandwidth(one_node({0.5e9, 0.5e9}, state)).verdict, Verdict::fail);
  EXPECT_EQ(bandwidth(one_node({0.5e9, 0.5e9}, {{"overhead", 1.5}})).verdict, Verdict::inconclusive);
  CampaignBuilder event = one_node({0.9e9, 0.9e9}, state);
  event.results.series[0].clock = "event";  // the host's overhead is not in it
  EXPECT_EQ(bandwidth(event).verdict, Verdict::fail);
}

TEST(Disturbance, OnlyWhatItMakesWorseIsExcused) {
  const MachineState busy{{"runqueue_delay", 0.5}};
  // Too fast for a band, or not a rate or time.
  EXPECT_EQ(
      bandwidth(one_node({9e9, 9e9}, busy), limits_of({limit_on("bandwidth", BandLimit{1e9, 3e9})})).verdict,
      Verdict::fail);
  EXPECT_EQ(bandwidth(one_node({0.5e9, 0.5e9}, busy), limits_of({limit_on("bandwidth", BandLimit{1e9, 3e9})}))
                .verdict,
            Verdict::inconclusive);
  CampaignBuilder share = one_node({0.5, 0.5}, busy);
  share.results.series[0].unit = "1";
  Limits limits = limits_of({limit_on("bandwidth", LowerLimit{0.9})});
  limits.limits[0].dimension = kNumber;
  EXPECT_EQ(bandwidth(share, limits).verdict, Verdict::fail);
  CampaignBuilder time = one_node({5e-6, 5e-6}, busy);
  time.results.series[0].unit = "s";
  time.results.series[0].direction = Direction::lower_is_better;
  limits = limits_of({limit_on("bandwidth", UpperLimit{1e-6})});
  limits.limits[0].dimension = kSecond;
  EXPECT_EQ(bandwidth(time, limits).verdict, Verdict::inconclusive);
  time.results.series[0].direction = Direction::neither;
  EXPECT_EQ(bandwidth(time, limits).verdict, Verdict::fail);
}

TEST(Disturbance, TheBudgetsEndNeitherRejectsNorAcceptsADisturbedMiss) {
  for (const AtBudgetEnd end : {AtBudgetEnd::accept, AtBudgetEnd::reject}) {
    Limits limits = floor_of_1_gb();
    limits.at_budget_end = end;
    EXPECT_EQ(bandwidth(one_node({0.5e9, 0.5e9}, {{"runqueue_delay", 0.3}}), limits).verdict,
              Verdict::inconclusive);
  }
  Limits limits = floor_of_1_gb();
  limits.at_budget_end = AtBudgetEnd::reject;
  EXPECT_EQ(bandwidth(one_node({0.5e9, 3e9}, {{"runqueue_delay", 0.3}}), limits).verdict,
            Verdict::inconclusive);
  EXPECT_EQ(bandwidth(one_node({0.5e9, 3e9}, {}), limits).verdict, Verdict::fail);
}

TEST(Disturbance, FindingsAreOneLineACaseWhateverTheNumberOfNodes) {
  CampaignBuilder campaign(4, 100);
  for (std::uint32_t node = 0; node < 400; ++node) campaign.measured(node, {2e9, 2e9});
  for (std::size_t i = 0; i < campaign.results.attempts.size(); i += 2)
    campaign.results.attempts[i].after["runqueue_delay"] = i == 6 ? 0.4 : 0.1;
  campaign.results.attempts[8].after["steal_share"] = 0.05;
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  ASSERT_EQ(verdicts.findings.size(), 1U);
  const Finding& busy = verdicts.findings.front();
  EXPECT_EQ(busy.kind, "busy host");
  EXPECT_EQ(busy.subjects, std::vector<std::string>{kTriad});
  EXPECT_EQ(busy.evidence,
            "a thread waited for a CPU up to 40 % of the time, in 400 of 800 launches, on rack1/node1, "
            "rack1/node2, rack1/node3, rack1/node4 and 396 more; worst on rack1/node4; "
            "a hypervisor took up to 5 % of the CPU time, in 1 of 800 launches, on rack1/node5");
  EXPECT_FALSE(busy.action.empty());
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
}

TEST(Disturbance, RanksOfVirtualNodesDisturbEachOtherWithoutAFinding) {
  CampaignBuilder campaign(1, 2);
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {2e9, 2e9});
  for (AttemptRow& attempt : campaign.results.attempts) attempt.after["runqueue_delay"] = 0.5;
  for (TargetRow& target : campaign.results.targets) target.is_virtual = true;
  ASSERT_EQ(findings(judge(campaign.results, floor_of_1_gb()), "busy host").size(), 1U);
  campaign.results.targets[0].members = {0, 1};
  const auto found = findings(judge(campaign.results, floor_of_1_gb()), "busy host");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found.front().evidence.en.find("in 2 of 4 launches, on rack1/node2"), std::string::npos)
      << found.front().evidence.en;
}

}  // namespace
}  // namespace rackproof
