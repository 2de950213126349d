// Processes that die in the middle, and two site entries for one machine.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "tests/e2e/long_campaign.hpp"

namespace rackproof::e2e {

namespace {

struct Kill {
  const char* name;
  const char* mode;  ///< of the worker that is killed
  int retries;
};

class KilledWorker : public testing::TestWithParam<Kill> {};

TEST_P(KilledWorker, CostsOneAttemptAtOneCase) {
  const LongCampaign campaign(long_plan(1, GetParam().retries));
  RunningCommand run(campaign.run_arguments(), campaign.options());
  ASSERT_TRUE(campaign.is_at("r1/n1/dev0", kGemm)) << run.wait().err;
  const auto victims = campaign.workers(GetParam().mode);
  ASSERT_EQ(victims.size(), 1u) << names_of(campaign.processes());
  ASSERT_EQ(::kill(victims.front().pid, SIGKILL), 0);
  const Finished finished = run.wait();

  const bool retried = GetParam().retries > 0;
  EXPECT_EQ(finished.exit_code, retried ? 0 : 2) << finished.out << finished.err;
  const auto hit = campaign.attempts("r1/n1/dev0", kGemm);
  ASSERT_EQ(hit.size(), retried ? 2u : 1u);
  EXPECT_EQ(hit.front().outcome.status, Status::crashed);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "signal 9 (KILL)", hit.front().outcome.reason);
  EXPECT_EQ(hit.back().outcome.status, retried ? Status::ok : Status::crashed) << hit.back().outcome.reason;
  for (const std::string target : {"r1/n1/dev0", "r1/n2/dev0"}) {
    for (const char* id : {kTriad, kGemm, kGemmF32, kEventTriad}) {
      if (target == "r1/n1/dev0" && id == kGemm) continue;
      const auto attempts = campaign.attempts(target, id);
      ASSERT_EQ(attempts.size(), 1u) << id << " on " << target;
      EXPECT_EQ(attempts.front().outcome.status, Status::ok) << attempts.front().outcome.reason;
    }
  }
  const auto verdicts = campaign.judged();
  EXPECT_EQ(cell_of(verdicts, "r1/n1/dev0", kGemm).at("verdict"), retried ? "pass" : "not_judged");
  const bool incident = std::ranges::any_of(verdicts.at("findings"), [](const auto& finding) {
    return finding.at("kind") == "incident" &&
           finding.at("evidence").template get<std::string>().find("KILL") != std::string::npos;
  });
  EXPECT_EQ(incident, retried) << verdicts.at("findings").dump();
  EXPECT_TRUE(campaign.is_gone_within(1)) << names_of(campaign.processes());
}

INSTANTIATE_TEST_SUITE_P(Workers, KilledWorker,
                         testing::Values(Kill{"supervisor_retried", "attached", 2},
                                         Kill{"measuring_process_retried", "child", 2}),
                         [](const auto& test) { return std::string(test.param.name); });
// Run by ./quickstart test --full.
INSTANTIATE_TEST_SUITE_P(DISABLED_MoreWorkers, KilledWorker,
                         testing::Values(Kill{"supervisor_once", "attached", 0},
                                         Kill{"measuring_process_once", "child", 0}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(KilledHarness, LeavesNoProcessBehind) {
  const LongCampaign campaign(long_plan(20));
  RunningCommand run(campaign.run_arguments(), campaign.options());
  ASSERT_TRUE(campaign.is_at("r1/n1/dev0", kGemm)) << run.wait().err;
  ASSERT_EQ(campaign.workers("attached").size(), 1u) << names_of(campaign.processes());
  ASSERT_EQ(campaign.workers("child").size(), 1u) << names_of(campaign.processes());
  run.signal(SIGKILL);
  EXPECT_EQ(run.wait().signal, SIGKILL);
  EXPECT_TRUE(campaign.is_gone_within(10)) << names_of(campaign.processes());
}

TEST(KilledHarness, LeavesNoProcessOfAGroupBehind) {
  const LongCampaign campaign(long_group_plan(30));
  RunningCommand run(campaign.run_arguments(), campaign.options());
  ASSERT_TRUE(campaign.is_at("r1", kAllreduce)) << run.wait().err;
  ASSERT_EQ(campaign.workers("rank").size(), 2u) << names_of(campaign.processes());
  run.signal(SIGKILL);
  EXPECT_EQ(run.wait().signal, SIGKILL);
  EXPECT_TRUE(campaign.is_gone_within(10)) << names_of(campaign.processes());
}

class OneMachineTwice : public testing::TestWithParam<int> {};

TEST_P(OneMachineTwice, IsRefusedAndFound) {
  const std::string node =
      "model = \"host\"\n[[node.device]]\nname = \"dev0\"\nbackend = \"fault\"\nmodel = \"fault-device\"\n";
  const std::string site =
      "schema = 1\nname = \"mistaken\"\n[[rack]]\nname = \"r1\"\n"
      "[[node]]\nname = \"r1/n1\"\nrack = \"r1\"\naddress = \"localhost\"\n" +
      node + "[[node]]\nname = \"r1/n2\"\nrack = \"r1\"\naddress = \"127.0.0.1\"\n" + node;
  PlanText plan;
  plan.cases = {kTriad};
  plan.retries = GetParam();
  const SmallCampaign campaign(plan.text(), site,
                               limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}}));
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 2) << finished.out << finished.err;
  const auto verdicts = campaign.judged();
  const auto first = cell_of(verdicts, "r1/n1/dev0", kTriad);
  const auto second = cell_of(verdicts, "r1/n2/dev0", kTriad);
  // Whichever answered first is measured; the other one is never blamed for the mistake in the site file.
  const auto& refused = first.at("verdict") == "pass" ? second : first;
  EXPECT_EQ((first.at("verdict") == "pass") + (second.at("verdict") == "pass"), 1)
      << first.dump() << second.dump();
  EXPECT_EQ(refused.at("verdict"), "not_judged") << refused.dump();
  const std::string reason = refused.at("reason");
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "two site entries for one machine", reason);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "r1/n1", reason);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "r1/n2", reason);
  const auto finding = std::ranges::find_if(
      verdicts.at("findings"), [](const auto& row) { return row.at("kind") == "one machine twice"; });
  ASSERT_TRUE(finding != verdicts.at("findings").end()) << verdicts.at("findings").dump();
  auto subjects = finding->at("subjects").get<std::vector<std::string>>();
  std::ranges::sort(subjects);
  EXPECT_EQ(subjects, (std::vector<std::string>{"r1/n1", "r1/n2"}));
}

INSTANTIATE_TEST_SUITE_P(Retries, OneMachineTwice, testing::Values(0, 2));

}  // namespace

}  // namespace rackproof::e2e
