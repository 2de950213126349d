// Whole campaigns: what becomes a finding and changes no verdict.
#include <gtest/gtest.h>

#include <cmath>

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
  EXPECT_EQ(finding(verdicts, "incident")->evidence.en.rfind("2 of 4 attempts", 0), 0u);
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
  EXPECT_NE(finding(verdicts, "residency")->evidence.en.find("in 2 of 2 launches"), std::string::npos);
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

TEST(JudgeCounters, ErrorsAreFindingsOfTheirTarget) {
  CampaignBuilder campaign(1, 2);
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {2e9, 2e9});
  campaign.results.counters = {{2, "aer/0000:17:00.0/fatal", "1", 1, ""},
                               {2, "nic/eth0/rx_bytes", "B", 5e9, ""},
                               {3, "aer/0000:17:00.0/fatal", "1", 3, ""},
                               {3, "edac/mc0/ue", "1", std::nan(""), "went backwards: reset"}};
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted) << "a finding changes no verdict";
  const Finding* const found = finding(verdicts, "counter");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->subjects, (std::vector<std::string>{"rack1/node2", "PCI Express errors"}));
  EXPECT_EQ(found->evidence.en.rfind("4 in 2 attempts; most of aer/0000:17:00.0/fatal, 3", 0), 0u)
      << found->evidence.en;
  EXPECT_EQ(std::count_if(verdicts.findings.begin(), verdicts.findings.end(),
                          [](const Finding& row) { return row.kind == "counter"; }),
            1);
}

TEST(JudgeCounters, AnUnprovedPathIsAFinding) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  campaign.results.counters = {{0, "rank1:path", "B", std::nan(""), "no such file"}, {1, "path", "B", 5, ""}};
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  ASSERT_NE(finding(verdicts, "path unproved"), nullptr);
  EXPECT_EQ(finding(verdicts, "path unproved")->evidence, "no such file");
}

TEST(JudgeCounters, EvidenceOnTheNodeMakesACrashItsFail) {
  for (const char* counter : {"edac/mc0/ue", "machine_checks", "kernel_log/device_lost",
                              "device0/ecc_uncorrected", "rank3:edac/mc1/ue"}) {
    CampaignBuilder campaign(1, 1);
    campaign.promise(0);
    campaign.attempt(0, Status::crashed, 0);
    campaign.attempt(0, Status::ok, 1);
    campaign.results.counters = {{0, counter, "1", 1, ""}};
    const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
    EXPECT_EQ(cell(verdicts, 0).verdict, Verdict::fail) << counter;
    EXPECT_EQ(cell(verdicts, 0).failure, "stability");
    EXPECT_NE(cell(verdicts, 0).reason.en.find(counter), std::string::npos) << cell(verdicts, 0).reason.en;
  }
  const auto verdict_with = [](const char* counter, double delta, Status status, bool retried) {
    CampaignBuilder campaign(1, 1);
    campaign.promise(0);
    campaign.attempt(0, status, 0);
    if (retried) campaign.attempt(0, Status::ok, 0, 1);
    campaign.results.counters = {{0, counter, "1", delta, delta > 0 ? "" : "went backwards: reset"}};
    return cell(judge(campaign.results, floor_of_1_gb()), 0).verdict;
  };
  EXPECT_EQ(verdict_with("edac/mc0/ue", 1, Status::timeout, false), Verdict::fail);
  EXPECT_EQ(verdict_with("edac/mc0/ue", 1, Status::failed, true), Verdict::inconclusive)
      << "it ended ok on retry";
  EXPECT_EQ(verdict_with("edac/mc0/ue", std::nan(""), Status::crashed, false), Verdict::not_judged);
  EXPECT_EQ(verdict_with("edac/mc0/ce", 9, Status::crashed, false), Verdict::not_judged) << "corrected";
  EXPECT_EQ(verdict_with("kernel_log/xid", 1, Status::crashed, false), Verdict::not_judged)
      << "a program of the case can cause it";
  EXPECT_EQ(verdict_with("edac/mc0/ue", 1, Status::skipped, false), Verdict::not_judged);
}

TEST(JudgeConditions, ALimitHoldsOnlyWhen) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  Limits limits = floor_of_1_gb();
  limits.limits[0].when = {{"governor", "performance"}};
  const auto judged = [&] { return judge(campaign.results, limits); };
  EXPECT_EQ(cell(judged(), 0, "bandwidth").reason,
            "holds only when governor is performance; it is not known");
  EXPECT_EQ(judged().exit_code, ExitCode::undecided);
  campaign.results.facts = {{0, "preflight/governor", "", "performance", "recorded"}};
  EXPECT_EQ(cell(judged(), 0, "bandwidth").verdict, Verdict::pass);
  EXPECT_EQ(judged().exit_code, ExitCode::accepted);
  campaign.results.facts.push_back({0, "preflight/governor", "", "powersave", "recorded"});
  EXPECT_EQ(cell(judged(), 0, "bandwidth").verdict, Verdict::not_judged) << "not at every launch";
  campaign.results.facts = {{0, "preflight/governor", "performance", "powersave", "blocked"}};
  EXPECT_EQ(cell(judged(), 0, "bandwidth").reason,
            "holds only when governor is performance; found powersave");
  campaign.results.facts = {{0, "preflight/governor", "", "", "recorded: unavailable: needs root"}};
  EXPECT_EQ(cell(judged(), 0, "bandwidth").reason,
            "holds only when governor is performance; it is not known");
  limits.limits[0].bound = LowerLimit{9e9};
  EXPECT_EQ(cell(judged(), 0, "bandwidth").verdict, Verdict::not_judged) << "nor does it fail";
}

TEST(JudgeConditions, OfAGroupAllNodesAndOfADeviceItselfFirst) {
  CampaignBuilder campaign(1, 2);
  const auto rack = campaign.target(Placement::group, "group:rack", "rack1", {0, 1});
  const auto device = campaign.target(Placement::device, "device", "rack1/node1/dev0", {0});
  campaign.measured(rack, {2e9, 2e9});
  campaign.measured(device, {2e9, 2e9});
  Limits limits = limits_of({limit_on("bandwidth", LowerLimit{1e9}, "group:rack"),
                             limit_on("bandwidth", LowerLimit{1e9}, "device")});
  for (Limit& limit : limits.limits) limit.when = {{"power_cap", "default"}};
  campaign.results.facts = {{0, "preflight/power_cap", "", "300W-of-500W", "recorded"},
                            {device, "preflight/power_cap", "", "default", "recorded"}};
  Verdicts verdicts = judge(campaign.results, limits);
  EXPECT_EQ(cell(verdicts, device, "bandwidth").verdict, Verdict::pass);
  EXPECT_EQ(cell(verdicts, rack, "bandwidth").reason,
            "holds only when power_cap is default; found 300W-of-500W on rack1/node1");
  campaign.results.facts[0].found = "default";
  verdicts = judge(campaign.results, limits);
  EXPECT_EQ(cell(verdicts, rack, "bandwidth").reason,
            "holds only when power_cap is default; it is not known on rack1/node2");
  campaign.results.facts.push_back({1, "preflight/power_cap", "", "default", "recorded"});
  EXPECT_EQ(cell(judge(campaign.results, limits), rack, "bandwidth").verdict, Verdict::pass);
}

TEST(JudgeConditions, ThrottlingAtRatedPowerIsNoFinding) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  auto& attempt = campaign.results.attempts[0];
  attempt.throttled = true;
  attempt.after["throttle"] = 1;
  Limits limits = floor_of_1_gb();
  const auto found = [&] { return finding(judge(campaign.results, limits), "throttled") != nullptr; };
  EXPECT_TRUE(found()) << "nothing is masked";
  limits.throttle_mask = kThrottledByPower;
  EXPECT_TRUE(found()) << "whether the power cap is the device's own is not known";
  campaign.results.facts = {{0, "preflight/power_cap", "", "300W-of-500W", "recorded"}};
  EXPECT_TRUE(found());
  campaign.results.facts = {{0, "preflight/power_cap", "", "default", "recorded"}};
  EXPECT_FALSE(found());
  attempt.after["throttle"] = 3;
  EXPECT_TRUE(found()) << "it was too hot, too";
  attempt.after.erase("throttle");
  EXPECT_TRUE(found()) << "of another rank: why is not known";
}

}  // namespace
}  // namespace rackproof
