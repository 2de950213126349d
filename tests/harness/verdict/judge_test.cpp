// Whole campaigns: cells, coverage, exit codes.
#include <gtest/gtest.h>

#include <algorithm>

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

const Coverage& coverage(const Verdicts& verdicts, std::uint32_t target) {
  for (const auto& row : verdicts.coverage) {
    if (row.target == target) return row;
  }
  throw Error("no coverage");
}

TEST(Judge, AcceptsAGoodNode) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2.1e9});
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  ASSERT_EQ(verdicts.cells.size(), 2u);
  EXPECT_TRUE(verdicts.cells[0].completion());
  EXPECT_EQ(verdicts.cells[0].verdict, Verdict::pass);
  EXPECT_EQ(verdicts.cells[1].verdict, Verdict::pass);
  EXPECT_EQ(verdicts.cells[1].launches, 2);
  EXPECT_NEAR(verdicts.cells[1].value, 2.05e9, 1e3);
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  EXPECT_EQ(verdicts.results_sha256, campaign.results.file_sha256);
  EXPECT_EQ(verdicts.limits_sha256, sha256("text"));
  EXPECT_FALSE(verdicts.engine_version.empty());
  EXPECT_TRUE(coverage(verdicts, 0).measured);
  EXPECT_TRUE(coverage(verdicts, 0).judged);
  EXPECT_EQ(coverage(verdicts, 0).excluded, "");
  EXPECT_TRUE(verdicts.findings.empty());
}

TEST(Judge, RejectsASlowNode) {
  CampaignBuilder campaign(1, 2);
  campaign.measured(0, {0.5e9, 0.5e9});
  campaign.measured(1, {2e9, 2e9});
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").verdict, Verdict::fail);
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").failure, "limit");
  EXPECT_EQ(cell(verdicts, 0).verdict, Verdict::pass);  // it ended ok
  EXPECT_EQ(verdicts.exit_code, ExitCode::rejected);
}

TEST(Judge, FirstBadSecondGoodIsUndecided) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {0.5e9, 3e9});
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").verdict, Verdict::inconclusive);
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
  EXPECT_TRUE(coverage(verdicts, 0).measured);
  EXPECT_FALSE(coverage(verdicts, 0).judged);
  EXPECT_NE(coverage(verdicts, 0).excluded.en.find("1 of 2 launches"), std::string::npos);
}

TEST(Judge, OneLaunchCountedTwiceIsNotTwo) {
  CampaignBuilder campaign(1, 1, 1);
  campaign.measured(0, {0.5e9});
  campaign.results.launch_values.push_back(campaign.results.launch_values.front());
  EXPECT_EQ(cell(judge(campaign.results, floor_of_1_gb()), 0, "bandwidth").verdict, Verdict::inconclusive);
}

TEST(Judge, AtBudgetEndTurnsOnlyInconclusiveNumbers) {
  CampaignBuilder campaign(1, 4);
  campaign.measured(0, {0.99e9, 1.01e9});
  campaign.measured(1, {0.5e9, 0.5e9});
  campaign.measured(2, {2e9, 2e9});
  campaign.measured(3, {2e9, 2e9});
  campaign.cell_of(3).lo = std::nanf("");
  Limits limits = floor_of_1_gb();
  const auto verdict = [&](std::uint32_t target) {
    return cell(judge(campaign.results, limits), target, "bandwidth").verdict;
  };
  EXPECT_EQ(verdict(0), Verdict::inconclusive);
  limits.at_budget_end = AtBudgetEnd::accept;
  EXPECT_EQ(verdict(0), Verdict::pass);
  EXPECT_EQ(verdict(1), Verdict::fail);
  EXPECT_EQ(verdict(3), Verdict::not_judged);  // NaN is never accepted
  limits.at_budget_end = AtBudgetEnd::reject;
  EXPECT_EQ(verdict(0), Verdict::fail);
  EXPECT_EQ(verdict(2), Verdict::pass);
  EXPECT_EQ(verdict(3), Verdict::not_judged);
  const Verdicts verdicts = judge(campaign.results, limits);
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").failure, "limit");
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").reason.en.rfind("at_budget_end = reject", 0), 0u);
}

TEST(Judge, AMissingLaunchIsNotTurnedByAtBudgetEnd) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9});
  Limits limits = floor_of_1_gb();
  limits.at_budget_end = AtBudgetEnd::accept;
  const Verdicts verdicts = judge(campaign.results, limits);
  EXPECT_EQ(cell(verdicts, 0).verdict, Verdict::inconclusive);
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").verdict, Verdict::not_judged);
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
}

TEST(Judge, AWrongAnswerCarriesNoNumberAndFails) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  campaign.attempt(0, Status::wrong, 1, 1);
  campaign.attempt(0, Status::ok, 1, 2);
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  for (const std::string quantity : {"", "bandwidth"}) {
    EXPECT_EQ(cell(verdicts, 0, quantity).verdict, Verdict::fail);
    EXPECT_EQ(cell(verdicts, 0, quantity).failure, "correctness");
  }
  EXPECT_TRUE(std::isnan(cell(verdicts, 0, "bandwidth").value));
  EXPECT_FALSE(coverage(verdicts, 0).measured);
}

TEST(Judge, AValueOfASupersededAttemptDoesNotCount) {
  CampaignBuilder campaign(1, 1, 1);
  campaign.promise(0);
  campaign.attempt(0, Status::ok, 0, 0);
  campaign.attempt(0, Status::crashed, 0, 1);
  campaign.number(0, {2e9});
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(cell(verdicts, 0).verdict, Verdict::not_judged);
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").verdict, Verdict::not_judged);
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").launches, 0);
}

TEST(Judge, UnsupportedBlocksAcceptance) {
  CampaignBuilder campaign(1, 2);
  campaign.measured(0, {2e9, 2e9});
  campaign.promise(1);
  campaign.attempt(1, Status::unsupported, 0);
  campaign.attempt(1, Status::unsupported, 1);
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(cell(verdicts, 1, "bandwidth").verdict, Verdict::not_judged);
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
  EXPECT_NE(coverage(verdicts, 1).excluded.en.find("unsupported"), std::string::npos);
}

TEST(Judge, ExemptDoesNotBlock) {
  CampaignBuilder campaign(1, 2);
  campaign.measured(0, {2e9, 2e9});
  campaign.promise(1, "no f64 units");
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(cell(verdicts, 1, "bandwidth").verdict, Verdict::not_applicable);
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  EXPECT_EQ(coverage(verdicts, 1).excluded, "exempt: no f64 units");
  EXPECT_FALSE(coverage(verdicts, 1).measured);
}

TEST(Judge, AbsentFailsInventoryAndUnreachableIsNotJudged) {
  CampaignBuilder campaign(1, 3);
  campaign.measured(0, {2e9, 2e9});
  for (const std::uint32_t target : {1u, 2u}) {
    campaign.promise(target);
    campaign.results.targets[target].hostname.clear();
  }
  Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(cell(verdicts, 1, "bandwidth").verdict, Verdict::not_judged);
  EXPECT_NE(cell(verdicts, 1).reason.en.find("unreachable"), std::string::npos);
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
  campaign.results.targets[2].absent = "never delivered";
  verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(cell(verdicts, 1).verdict, Verdict::not_judged);
  EXPECT_EQ(cell(verdicts, 2, "bandwidth").verdict, Verdict::fail);
  EXPECT_EQ(cell(verdicts, 2, "bandwidth").failure, "inventory");
  EXPECT_EQ(verdicts.exit_code, ExitCode::rejected);
}

TEST(Judge, ExactCounts) {
  CampaignBuilder campaign(1, 4);
  for (std::uint32_t i = 0; i < 4; ++i) campaign.measured(i, {2e9, 2e9});
  campaign.results.exact = {{1, 0, 8, false}, {1, 1, 7, false}, {1, 2, 8, true}};
  Verdicts verdicts = judge(campaign.results, limits_of({limit_on("threads", ExactNumber{8})}));
  EXPECT_EQ(cell(verdicts, 0, "threads").verdict, Verdict::pass);
  EXPECT_EQ(cell(verdicts, 0, "threads").found, "8");
  EXPECT_EQ(cell(verdicts, 1, "threads").verdict, Verdict::fail);
  EXPECT_EQ(cell(verdicts, 1, "threads").reason, "found 7, limit = 8");
  EXPECT_EQ(cell(verdicts, 2, "threads").verdict, Verdict::fail);
  EXPECT_NE(cell(verdicts, 2, "threads").reason.en.find("differs between launches"), std::string::npos);
  EXPECT_EQ(cell(verdicts, 3, "threads").verdict, Verdict::not_judged);

  verdicts = judge(campaign.results, limits_of({limit_on("threads", LowerLimit{8})}));
  EXPECT_EQ(cell(verdicts, 0, "threads").verdict, Verdict::pass);
  EXPECT_EQ(cell(verdicts, 1, "threads").verdict, Verdict::fail);  // at once, counts have no noise
  EXPECT_EQ(cell(verdicts, 2, "threads").verdict, Verdict::inconclusive);
  EXPECT_EQ(
      cell(judge(campaign.results, limits_of({limit_on("threads", UpperLimit{7})})), 0, "threads").verdict,
      Verdict::fail);
  EXPECT_EQ(
      cell(judge(campaign.results, limits_of({limit_on("threads", BandLimit{7, 8})})), 1, "threads").verdict,
      Verdict::pass);
}

TEST(Judge, ExactTexts) {
  CampaignBuilder campaign(1, 4);
  for (std::uint32_t i = 0; i < 4; ++i) campaign.measured(i, {2e9, 2e9});
  const std::string key = kTriad + "#transport";
  campaign.results.facts = {{0, key, "", "rdma", "measured"},
                            {1, key, "", "tcp", "measured"},
                            {2, key, "", "rdma", "measured"},
                            {2, key, "", "shm", "measured"},
                            {3, key, "rdma", "", "measured"}};  // promised, not found
  const Verdicts one = judge(campaign.results, limits_of({limit_on("transport", ExactTexts{{"rdma"}})}));
  EXPECT_EQ(cell(one, 0, "transport").verdict, Verdict::pass);
  EXPECT_EQ(cell(one, 1, "transport").verdict, Verdict::fail);
  EXPECT_EQ(cell(one, 1, "transport").found, "tcp");
  EXPECT_EQ(cell(one, 2, "transport").verdict, Verdict::fail);  // one launch used another path
  EXPECT_EQ(cell(one, 3, "transport").verdict, Verdict::not_judged);
  const Verdicts list =
      judge(campaign.results, limits_of({limit_on("transport", ExactTexts{{"rdma", "tcp"}})}));
  EXPECT_EQ(cell(list, 1, "transport").verdict, Verdict::pass);
}

TEST(Judge, ALimitThatNamesTheModelReplacesTheGeneralOne) {
  CampaignBuilder campaign(1, 2);
  campaign.results.targets[1].model = "m2";
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {2e9, 2e9});
  Limits limits = floor_of_1_gb();
  limits.limits.push_back(limit_on("bandwidth", LowerLimit{5e9}));
  limits.limits.back().model = "m2";
  const Verdicts verdicts = judge(campaign.results, limits);
  EXPECT_EQ(verdicts.cells.size(), 4u);
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").verdict, Verdict::pass);
  EXPECT_EQ(cell(verdicts, 1, "bandwidth").verdict, Verdict::fail);
  EXPECT_EQ(cell(verdicts, 1, "bandwidth").limit, 1);
}

TEST(Judge, ALimitThatAppliesNowhereIsReported) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  Limits limits = floor_of_1_gb();
  limits.limits[0].model = "mistyped";
  const Verdicts verdicts = judge(campaign.results, limits);
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
  EXPECT_NE(finding(verdicts, "unused-limit"), nullptr);
  EXPECT_EQ(coverage(verdicts, 0).excluded, "no gate limit");
}

TEST(Judge, AGateThatHoldsNobodyBlocksAcceptanceBesideOnesThatPass) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  Limits limits = floor_of_1_gb();
  ASSERT_EQ(judge(campaign.results, limits).exit_code, ExitCode::accepted);
  limits.limits.push_back(limit_on("bandwidth", LowerLimit{5e9}));
  limits.limits.back().model = "mistyped";
  EXPECT_EQ(judge(campaign.results, limits).exit_code, ExitCode::undecided);
  limits.limits.back().severity = Severity::score;
  EXPECT_EQ(judge(campaign.results, limits).exit_code, ExitCode::accepted);
}

TEST(Judge, WhileAGateHoldsNobodyNoSubjectIsAccepted) {
  CampaignBuilder campaign(2, 1);
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {0.5e9, 0.5e9});
  campaign.measured(campaign.target(Placement::device, "device", "rack1/node1/dev0", {0}), {2e9, 2e9});
  Limits limits = floor_of_1_gb();
  limits.limits.push_back(limit_on("bandwidth", LowerLimit{1e9}, "device"));
  const auto count = [&](Disposition disposition) {
    const Verdicts verdicts = judge(campaign.results, limits);
    return std::ranges::count(verdicts.roll_ups, disposition, &RollUp::disposition);
  };
  ASSERT_EQ(count(Disposition::accepted), 3);  // rack1, its node, its device
  ASSERT_EQ(count(Disposition::rejected), 3);  // the campaign, rack2, its node
  limits.limits.push_back(limits.limits.front());
  limits.limits.back().model = "mistyped";
  EXPECT_EQ(count(Disposition::accepted), 0);
  EXPECT_EQ(count(Disposition::undecided), 3);
  EXPECT_EQ(count(Disposition::rejected), 3);
  limits.limits.back().severity = Severity::score;
  EXPECT_EQ(count(Disposition::accepted), 3);
}

TEST(Judge, AGateOnGroupsThatAShardLeavesOutKeepsOnlyTheWholeFromBeingAccepted) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  campaign.results.notices.push_back({"shard", {"group:site", "site"}, "in several shards"});
  Limits limits = floor_of_1_gb();
  limits.limits.push_back(limit_on("bandwidth", LowerLimit{1e9}, "group:site"));
  const Verdicts verdicts = judge(campaign.results, limits);
  EXPECT_EQ(test::subject(verdicts, "rack1", "rack").disposition, Disposition::accepted);
  EXPECT_EQ(test::subject(verdicts, "rack1/node1", "node").disposition, Disposition::accepted);
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
  Limits with_model = limits;
  with_model.limits.back().model = "mistyped";
  EXPECT_EQ(test::subject(judge(campaign.results, with_model), "rack1", "rack").disposition,
            Disposition::undecided);
  limits.limits.push_back(limit_on("bandwidth", LowerLimit{1e9}, "group:pdu"));  // no shard leaves these out
  EXPECT_EQ(test::subject(judge(campaign.results, limits), "rack1", "rack").disposition,
            Disposition::undecided);
}

TEST(Judge, ARackThatNoGateHoldsIsNotCarriedByTheOthers) {
  CampaignBuilder campaign(2, 1);
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {2e9, 2e9});
  campaign.results.targets[1].model = "m2";
  Limits limits = floor_of_1_gb();
  ASSERT_EQ(judge(campaign.results, limits).exit_code, ExitCode::accepted);
  limits.limits[0].model = "m1";
  const Verdicts verdicts = judge(campaign.results, limits);
  EXPECT_EQ(test::subject(verdicts, "rack1", "rack").disposition, Disposition::accepted);
  EXPECT_EQ(test::subject(verdicts, "rack2", "rack").disposition, Disposition::undecided);
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
}

TEST(Judge, ANodeOfTheSiteThatNothingTouchesBlocksItsRack) {
  CampaignBuilder campaign(1, 2);
  campaign.measured(0, {2e9, 2e9});
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(test::subject(verdicts, "rack1", "rack").disposition, Disposition::undecided);
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
}

TEST(Judge, ANumberThatALaunchLeftOutIsNotJudged) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  campaign.results.launch_values.pop_back();
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").verdict, Verdict::not_judged);
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
}

TEST(Judge, CellsAreSortedAndDoNotDependOnTheOrderOfRows) {
  CampaignBuilder campaign(2, 2);
  for (const std::uint32_t i : {3u, 1u, 0u, 2u}) campaign.measured(i, {2e9, i == 2 ? 0.5e9 : 2e9});
  const Verdicts first = judge(campaign.results, floor_of_1_gb());
  for (std::size_t i = 1; i < first.cells.size(); ++i) {
    const auto& a = first.cells[i - 1];
    const auto& b = first.cells[i];
    EXPECT_LT(std::tie(a.target, a.case_id, a.quantity), std::tie(b.target, b.case_id, b.quantity));
  }
  std::reverse(campaign.results.promises.begin(), campaign.results.promises.end());
  const Verdicts second = judge(campaign.results, floor_of_1_gb());
  ASSERT_EQ(first.cells.size(), second.cells.size());
  for (std::size_t i = 0; i < first.cells.size(); ++i) {
    EXPECT_EQ(first.cells[i].target, second.cells[i].target);
    EXPECT_EQ(first.cells[i].verdict, second.cells[i].verdict);
    EXPECT_EQ(first.cells[i].reason, second.cells[i].reason);
  }
}

TEST(Judge, ContradictionsAreRefused) {
  CampaignBuilder good(1, 2);
  good.measured(0, {2e9, 2e9});
  ASSERT_NO_THROW(judge(good.results, floor_of_1_gb()));
  const auto refused = [&](auto&& change) {
    CampaignBuilder bad = good;
    change(bad.results);
    EXPECT_THROW(judge(bad.results, floor_of_1_gb()), Error);
  };
  refused([](Results& r) { r.attempts[0].target = 1; });             // nobody promised it
  refused([](Results& r) { r.attempts[0].case_id = "a/b/c"; });      // nor this
  refused([](Results& r) { r.promises.push_back(r.promises[0]); });  // twice
  refused([](Results& r) { r.promises[0].target = 99; });
  refused([](Results& r) { r.targets[0].members = {99}; });
  refused([](Results& r) { r.launch_values[0].attempt = 99; });
  refused([](Results& r) { r.launch_values[0].series = 99; });
  refused([](Results& r) { r.cells[1].pop_back(); });
  refused([](Results& r) { r.columns[1][0] = 99; });
  refused([](Results& r) { r.exact.push_back({99, 0, 1, false}); });
  refused([](Results& r) { r.series[0].unit = "s"; });  // the limit is in B/s
  refused([](Results& r) { r.series[0].kind = QuantityKind::text; });
  refused([](Results& r) { r.series[0].quantity = "other"; });  // the limit has no metric
}

}  // namespace
}  // namespace rackproof
