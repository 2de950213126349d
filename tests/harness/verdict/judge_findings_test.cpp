// Whole campaigns: what becomes a finding and changes no verdict.
#include <gtest/gtest.h>

#include "harness/base/digest.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::cell;
using test::finding;
using test::floor_of_1_gb;
using test::kTriad;
using test::limit_on;
using test::limits_of;

TEST(JudgeFindings, ScoresNeverRejectButLeaveAFinding) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  Limits limits = floor_of_1_gb();
  limits.limits.push_back(limit_on("bandwidth", LowerLimit{9e9}, "node", Severity::score));
  const Verdicts verdicts = judge(campaign.results, limits);
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  EXPECT_EQ(verdicts.cells.size(), 3u);
  EXPECT_EQ(verdicts.roll_ups.front().failed, 0u);
  ASSERT_NE(finding(verdicts, "score"), nullptr);
  const std::vector<std::string> subjects{"rack1/node1", kTriad + "#bandwidth"};
  EXPECT_EQ(finding(verdicts, "score")->subjects, subjects);
  EXPECT_EQ(finding(verdicts, "score")->id,
            sha256("score\nrack1/node1\n" + kTriad + "#bandwidth").substr(0, 12));
}

TEST(JudgeFindings, ARetryThatEndedOkIsACountedIncident) {
  CampaignBuilder campaign(1, 1);
  campaign.promise(0);
  campaign.attempt(0, Status::crashed, 0, 0);
  campaign.attempt(0, Status::timeout, 0, 1);
  campaign.attempt(0, Status::ok, 0, 2);
  campaign.attempt(0, Status::ok, 1, 0);
  campaign.number(0, {2e9, 2e9});
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  ASSERT_NE(finding(verdicts, "incident"), nullptr);
  EXPECT_EQ(finding(verdicts, "incident")->evidence.rfind("2 of 4 attempts", 0), 0u);
}

TEST(JudgeFindings, ClocksInOneLaunchAreAFindingInTwoAFail) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  campaign.results.attempts[0].clocks_disagree = true;
  Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  EXPECT_NE(finding(verdicts, "clock"), nullptr);
  campaign.results.attempts[1].clocks_disagree = true;
  verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").failure, "correctness");
  EXPECT_EQ(verdicts.exit_code, ExitCode::rejected);
  EXPECT_EQ(finding(verdicts, "clock"), nullptr);
}

TEST(JudgeFindings, DoubtAboutACacheIsAFindingAndNoMore) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  EXPECT_EQ(finding(judge(campaign.results, floor_of_1_gb()), "residency"), nullptr);
  for (AttemptRow& attempt : campaign.results.attempts) attempt.after["residency_doubt"] = 1;
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  ASSERT_NE(finding(verdicts, "residency"), nullptr);
  EXPECT_NE(finding(verdicts, "residency")->evidence.find("in 2 of 2 launches"), std::string::npos);
}

TEST(JudgeFindings, NoticesBecomeFindingsWithStableIds) {
  CampaignBuilder campaign(1, 2);
  campaign.results.notices = {{"same-machine", {"rack1/node1", "rack1/node2"}, "one boot id"},
                              {"same-machine", {"rack1/node1", "rack1/node2"}, "one machine id"}};
  const Verdicts verdicts = judge(campaign.results, limits_of({}));
  ASSERT_EQ(verdicts.findings.size(), 1u);
  EXPECT_EQ(verdicts.findings[0].id.size(), 12u);
  EXPECT_EQ(verdicts.findings[0].evidence, "one boot id; one machine id");
  campaign.results.notices[0].evidence = "other words";
  EXPECT_EQ(judge(campaign.results, limits_of({})).findings[0].id, verdicts.findings[0].id);
}

}  // namespace
}  // namespace rackproof
