// From outcome to verdict: every status, every branch of attribution.
#include <gtest/gtest.h>

#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

struct Made {
  Status status;
  int launch;
};

struct Row {
  std::string what;
  std::vector<Made> attempts;
  bool control;
  Verdict verdict;
  std::string failure;
  std::string reason;  // must occur
};

constexpr auto kOk = Status::ok;
constexpr auto kWrong = Status::wrong;

CaseVerdict judged(const std::vector<Made>& attempts, bool control, int launches = 2, bool answered = true) {
  std::vector<AttemptRow> rows(attempts.size());
  CaseHistory history;
  history.launches = launches;
  history.control_ok_elsewhere = control;
  history.answered = answered;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].outcome = {attempts[i].status, Phase::measure, "because"};
    rows[i].launch = attempts[i].launch;
    history.attempts.push_back(&rows[i]);
  }
  return judge_case(history);
}

std::vector<Row> table() {
  std::vector<Row> rows{
      {"all ok", {{kOk, 0}, {kOk, 1}}, false, Verdict::pass, "", ""},
      {"wrong", {{kWrong, 0}, {kWrong, 1}}, false, Verdict::fail, "correctness", "wrong in launch 1"},
      {"wrong, then ok", {{kWrong, 0}, {kOk, 0}, {kOk, 1}}, true, Verdict::fail, "correctness", "because"},
      {"ok, then wrong", {{kOk, 0}, {kWrong, 1}}, false, Verdict::fail, "correctness", "launch 2"},
      {"one launch only", {{kOk, 0}}, false, Verdict::inconclusive, "", "1 of 2 launches measured"},
      {"more launches than planned", {{kOk, 0}, {kOk, 1}, {kOk, 2}}, false, Verdict::pass, "", ""},
      {"a third launch went wrong",
       {{kOk, 0}, {kOk, 1}, {Status::crashed, 2}},
       true,
       Verdict::inconclusive,
       "",
       "2 of 3 launches"},
  };
  for (const Status bad : {Status::failed, Status::crashed, Status::timeout}) {
    const std::string name(to_string(bad));
    const std::vector<Made> three{{bad, 0}, {bad, 0}, {bad, 0}};
    rows.push_back({name + " once", {{bad, 0}}, true, Verdict::not_judged, "", "only 1 of 3 fresh launches"});
    rows.push_back({name + " twice", {{bad, 0}, {bad, 1}}, true, Verdict::not_judged, "", "only 2 of 3"});
    rows.push_back(
        {name + " three times, control", three, true, Verdict::fail, "stability", "reproduced in 3"});
    rows.push_back({name + " three times, no control", three, false, Verdict::not_judged, "", "no control"});
    rows.push_back(
        {name + ", ok on retry", {{bad, 0}, {kOk, 0}, {kOk, 1}}, true, Verdict::pass, "", "on retry"});
    rows.push_back({name + " in one launch of two",
                    {{bad, 0}, {bad, 0}, {bad, 0}, {kOk, 1}},
                    true,
                    Verdict::inconclusive,
                    "",
                    "1 of 2 launches measured; " + name});
    rows.push_back({name + " after ok in the same launch",
                    {{kOk, 0}, {bad, 0}, {bad, 0}, {bad, 0}},
                    true,
                    Verdict::not_judged,
                    "",
                    "not reproduced"});
    rows.push_back(
        {name + " and wrong", {{bad, 0}, {kWrong, 0}}, true, Verdict::fail, "correctness", "wrong"});
  }
  for (const Status left : {Status::unsupported, Status::skipped, Status::preempted}) {
    const std::string name(to_string(left));
    rows.push_back({name, {{left, 0}, {left, 1}}, true, Verdict::not_judged, "", name});
    rows.push_back(
        {name + " five times", std::vector<Made>(5, {left, 0}), true, Verdict::not_judged, "", name});
    rows.push_back(
        {name + " beside ok", {{kOk, 0}, {left, 1}}, true, Verdict::inconclusive, "", "1 of 2 launches"});
    rows.push_back({name + " beyond the plan", {{kOk, 0}, {kOk, 1}, {left, 2}}, true, Verdict::pass, "", ""});
    rows.push_back({name + " beside two crashes",
                    {{Status::crashed, 0}, {left, 0}, {Status::crashed, 1}},
                    true,
                    Verdict::not_judged,
                    "",
                    "only 2 of 3"});
  }
  return rows;
}

TEST(TruthTable, EveryOutcomeHasItsVerdict) {
  for (const Row& row : table()) {
    SCOPED_TRACE(row.what);
    const CaseVerdict verdict = judged(row.attempts, row.control);
    EXPECT_EQ(to_string(verdict.verdict), to_string(row.verdict));
    EXPECT_EQ(verdict.failure, row.failure);
    EXPECT_NE(verdict.reason.en.find(row.reason), std::string::npos) << verdict.reason.en;
  }
}

TEST(TruthTable, OnlyAllLaunchesOkEverPasses) {
  // Every pair of launches, one attempt each, with and without a control: nothing but ok + ok passes.
  for (int a = 0; a < kStatusCount; ++a) {
    for (int b = 0; b < kStatusCount; ++b) {
      for (const bool control : {false, true}) {
        const auto first = static_cast<Status>(a);
        const auto second = static_cast<Status>(b);
        const CaseVerdict verdict = judged({{first, 0}, {second, 1}}, control);
        SCOPED_TRACE(std::string(to_string(first)) + " " + std::string(to_string(second)));
        EXPECT_EQ(verdict.verdict == Verdict::pass, first == kOk && second == kOk);
        EXPECT_EQ(verdict.verdict == Verdict::fail, first == kWrong || second == kWrong);
        EXPECT_NE(verdict.verdict, Verdict::not_applicable);
        EXPECT_EQ(verdict.failure.empty(), verdict.verdict != Verdict::fail);
      }
    }
  }
}

TEST(TruthTable, MakingAnAttemptWorseNeverTurnsFailIntoPass) {
  for (int a = 0; a < kStatusCount; ++a) {
    for (int worse = 0; worse < kStatusCount; ++worse) {
      const bool control = (a + worse) % 2 == 0;
      const auto before = judged({{static_cast<Status>(a), 0}, {kOk, 1}}, control).verdict;
      const auto after =
          judged({{static_cast<Status>(a), 0}, {kOk, 1}, {static_cast<Status>(worse), 1}}, control).verdict;
      EXPECT_FALSE(before == Verdict::fail && after == Verdict::pass);
      EXPECT_TRUE(worse == 0 || after != Verdict::pass);
    }
  }
}

TEST(TruthTable, ExemptIsNotApplicableWhateverHappened) {
  AttemptRow crashed;
  crashed.outcome = {Status::crashed, Phase::measure, ""};
  CaseHistory history;
  history.exempt = true;
  history.exempt_reason = "no f64 units";
  EXPECT_EQ(judge_case(history).verdict, Verdict::not_applicable);
  history.attempts = {&crashed};
  EXPECT_EQ(judge_case(history).verdict, Verdict::not_applicable);
  EXPECT_EQ(judge_case(history).reason, "no f64 units");
}

TEST(TruthTable, WithoutAnAttempt) {
  CaseHistory history;
  EXPECT_EQ(judge_case(history).verdict, Verdict::not_judged);
  EXPECT_EQ(judge_case(history).reason, "not measured");
  history.answered = false;
  EXPECT_EQ(judge_case(history).verdict, Verdict::not_judged);
  EXPECT_NE(judge_case(history).reason.en.find("unreachable"), std::string::npos);
  history.absent = true;
  history.absent_reason = "never delivered";
  EXPECT_EQ(judge_case(history).verdict, Verdict::fail);
  EXPECT_EQ(judge_case(history).failure, "inventory");
  EXPECT_EQ(judge_case(history).reason, "absent: never delivered");
}

TEST(TruthTable, ANodeThatNeverAnsweredIsNotBlamedForItsFailedLaunches) {
  const CaseVerdict verdict = judged(std::vector<Made>(3, {Status::failed, 0}), true, 2, false);
  EXPECT_EQ(verdict.verdict, Verdict::not_judged);
  EXPECT_NE(verdict.reason.en.find("unreachable"), std::string::npos);
}

TEST(TruthTable, ClocksThatDisagreeInTwoLaunchesFail) {
  std::vector<AttemptRow> rows(3);
  CaseHistory history;
  history.launches = 2;
  for (auto& row : rows) {
    row.outcome.status = Status::ok;
    history.attempts.push_back(&row);
  }
  rows[2].launch = 1;
  rows[0].clocks_disagree = rows[1].clocks_disagree = true;  // twice, but in one launch
  EXPECT_EQ(judge_case(history).verdict, Verdict::pass);
  rows[2].clocks_disagree = true;
  EXPECT_EQ(judge_case(history).verdict, Verdict::fail);
  EXPECT_EQ(judge_case(history).failure, "correctness");
}

// Attribution in a whole campaign: three crashes on node 0, node 1 as the control.
class Attribution : public ::testing::Test {
 protected:
  Attribution() : campaign(1, 2) {
    campaign.promise(0);
    for (int i = 0; i < 3; ++i) campaign.attempt(0, Status::crashed, 0, i);
    campaign.measured(1, {2e9, 2e9});
  }
  const VerdictCell& completion() {
    verdicts = judge(campaign.results, test::floor_of_1_gb());
    return test::cell(verdicts, 0);
  }
  test::CampaignBuilder campaign;
  Verdicts verdicts;
};

TEST_F(Attribution, AControlOnAnotherMachineOfTheModelBlamesTheTarget) {
  EXPECT_EQ(completion().verdict, Verdict::fail);
  EXPECT_EQ(completion().failure, "stability");
  EXPECT_EQ(test::cell(verdicts, 0, "bandwidth").verdict, Verdict::fail);
  EXPECT_EQ(test::cell(verdicts, 0, "bandwidth").failure, "stability");
  EXPECT_TRUE(std::isnan(test::cell(verdicts, 0, "bandwidth").value));
}

TEST_F(Attribution, WhatEndedOkBeforeIsNoControl) {
  for (std::size_t i = 0; i < 3; ++i) campaign.results.attempts[i].log_offset += 100;
  EXPECT_EQ(completion().verdict, Verdict::not_judged) << "the trouble may be everybody's since then";
  EXPECT_NE(completion().reason.en.find("no control"), std::string::npos);
  campaign.attempt(1, Status::ok, -1).log_offset = 200;
  campaign.results.launch_values.pop_back();  // a control has no values
  EXPECT_EQ(completion().verdict, Verdict::fail);
  EXPECT_EQ(test::cell(verdicts, 1).verdict, Verdict::pass);
}

TEST_F(Attribution, AControlThatGoesWrongIsHeldAgainstNobody) {
  for (int i = 0; i < 3; ++i) campaign.attempt(1, Status::timeout, -1, i);
  completion();
  EXPECT_EQ(test::cell(verdicts, 1).verdict, Verdict::pass);
  campaign.attempt(1, Status::wrong, -1, 3);
  completion();
  EXPECT_EQ(test::cell(verdicts, 1).verdict, Verdict::fail) << "a wrong answer is wrong in a control, too";
}

TEST_F(Attribution, WhatGoesWrongBeforeAWorkerAnswersIsNobodysFault) {
  for (auto& attempt : campaign.results.attempts) {
    if (attempt.outcome.status == Status::crashed)
      attempt.outcome = {Status::failed, Phase::launch, "no route to host"};
  }
  EXPECT_EQ(completion().verdict, Verdict::not_judged);
  EXPECT_NE(completion().reason.en.find("no route to host"), std::string::npos) << completion().reason.en;
}

TEST_F(Attribution, AControlOnTheSameMachineDoesNot) {
  campaign.results.targets[1].boot_id = campaign.results.targets[0].boot_id;
  EXPECT_EQ(completion().verdict, Verdict::not_judged);
  EXPECT_NE(completion().reason.en.find("no control"), std::string::npos);
}

TEST_F(Attribution, AttributeVirtualAllowsTheSameMachine) {
  campaign.results.targets[1].boot_id = campaign.results.targets[0].boot_id;
  campaign.results.provenance.attribute_virtual = true;
  EXPECT_EQ(completion().verdict, Verdict::fail);
}

TEST_F(Attribution, AMachineThatDidNotSayWhichItIsIsNoControl) {
  campaign.results.targets[1].boot_id.clear();
  EXPECT_EQ(completion().verdict, Verdict::not_judged);
}

TEST_F(Attribution, AnotherModelIsNoControl) {
  campaign.results.targets[1].model = "m2";
  EXPECT_EQ(completion().verdict, Verdict::not_judged);
}

TEST_F(Attribution, AnUnknownOrMixedModelIsNoControl) {
  for (const std::string model : {"", "mixed"}) {
    campaign.results.targets[0].model = campaign.results.targets[1].model = model;
    EXPECT_EQ(completion().verdict, Verdict::not_judged) << model;
  }
}

TEST_F(Attribution, AControlThatWasWrongIsNone) {
  campaign.attempt(1, Status::wrong, 1, 1);
  EXPECT_EQ(completion().verdict, Verdict::not_judged);
}

TEST_F(Attribution, ADeviceOfTheSameNodeIsNoControl) {
  const auto good = campaign.target(Placement::device, "device", "rack1/node1/dev0", {0});
  const auto bad = campaign.target(Placement::device, "device", "rack1/node1/dev1", {0});
  campaign.measured(good, {2e9, 2e9});
  campaign.promise(bad);
  for (int i = 0; i < 3; ++i) campaign.attempt(bad, Status::timeout, 0, i);
  EXPECT_EQ(completion().verdict, Verdict::fail);
  EXPECT_EQ(test::cell(verdicts, bad).verdict, Verdict::not_judged);
}

TEST(TruthTable, APreconditionIsNotJudgedWithoutRetries) {
  AttemptRow skipped;
  skipped.outcome = {Status::skipped, Phase::launch,
                     "precondition governor: found powersave, needs performance"};
  CaseHistory history;
  history.attempts = {&skipped};
  history.control_ok_elsewhere = true;
  const CaseVerdict verdict = judge_case(history);
  EXPECT_EQ(verdict.verdict, Verdict::not_judged);
  EXPECT_NE(verdict.reason.en.find("precondition governor: found powersave"), std::string::npos);
}

}  // namespace
}  // namespace rackproof
