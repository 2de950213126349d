// A campaign against workers that follow the protocol and workers that do not.
#include "harness/launch/campaign.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"
#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

class CampaignTest : public ::testing::Test {
 protected:
  ~CampaignTest() override { std::filesystem::remove_all(folder_); }

  Journalled play(const std::string& script, const std::string& settings = "launches = 1\nretries = 2",
                  const std::string& cases = "\"memory/device/copy:f64\"") {
    SmallCampaign campaign;
    campaign.scripts = {script};
    campaign.settings = settings;
    campaign.cases = cases;
    const Journalled journalled = run(campaign, folder_);
    check_whole(journalled);
    return journalled;
  }

  /// Every journal: opened, closed, every step ended, all steps counted.
  static void check_whole(const Journalled& journalled) {
    ASSERT_FALSE(journalled.records.empty());
    EXPECT_EQ(journalled.records.front().at("type"), "campaign");
    EXPECT_EQ(journalled.records.back().at("type"), "campaign_end");
    EXPECT_EQ(journalled.of("step_begin").size(), journalled.of("step_end").size());
    EXPECT_LE(journalled.last.steps_done, journalled.last.steps_total);
  }

  static std::vector<Status> statuses(const std::vector<CaseEnd>& ends) {
    std::vector<Status> all;
    for (const auto& end : ends) all.push_back(end.outcome.status);
    return all;
  }

  /// The script makes every attempt end so: the first and two retries, each with its number.
  void expect_three(const std::string& script, Status status, Phase phase, const std::string& reason) {
    const auto journalled = play(script);
    const auto ends = journalled.case_ends();
    ASSERT_EQ(ends.size(), 3u) << script;
    for (int attempt = 0; attempt < 3; ++attempt) {
      const CaseEnd& end = ends[static_cast<std::size_t>(attempt)];
      EXPECT_EQ(end.attempt, attempt) << script;
      EXPECT_EQ(end.outcome.status, status) << script << ": " << end.outcome.reason;
      EXPECT_EQ(end.outcome.phase, phase) << script << ": " << end.outcome.reason;
      EXPECT_NE(end.outcome.reason.find(reason), std::string::npos) << script << ": " << end.outcome.reason;
      EXPECT_TRUE(end.values.empty()) << script;
    }
    for (const auto& step : journalled.of("step_end"))
      EXPECT_FALSE(step.at("complete").get<bool>()) << script;
  }

  std::filesystem::path folder_ = new_folder();
};

TEST_F(CampaignTest, RecordsAWorkerThatFollowsTheProtocol) {
  const auto journalled =
      play("ok", "launches = 3", "\"memory/device/copy:f64\", \"memory/device/scale:f64\"");
  EXPECT_EQ(journalled.end, CampaignEnd::complete);
  for (const auto& id : {kCopy, kScale}) {
    const auto ends = journalled.case_ends(id);
    ASSERT_EQ(ends.size(), 3u);
    for (int launch = 0; launch < 3; ++launch) {
      const CaseEnd& end = ends[static_cast<std::size_t>(launch)];
      EXPECT_EQ(end.outcome.status, Status::ok);
      EXPECT_EQ(end.launch, launch);
      EXPECT_EQ(end.attempt, 0);
      EXPECT_EQ(end.values.at("bandwidth").value, 1e9);
    }
  }
  EXPECT_EQ(journalled.of("hello").size(), 3u);
  EXPECT_EQ(journalled.of("samples").size(), 6u);
  EXPECT_EQ(journalled.of("end").size(), 3u);
  for (const auto& step : journalled.of("step_end")) {
    EXPECT_TRUE(step.at("complete").get<bool>());
    EXPECT_EQ(step.at("outcome").at("status"),
              nlohmann::json(Outcome{Status::ok, Phase::finish, ""}).at("status"));
  }
  EXPECT_EQ(journalled.last.steps_done, 3u);
  EXPECT_EQ(journalled.last.steps_total, 3u);
  EXPECT_EQ(journalled.last.cases_ok, 6u);
  EXPECT_EQ(journalled.last.cases_not_ok, 0u);
}

TEST_F(CampaignTest, KeepsWhatWasMeasuredBesideGarbageButCallsTheStepIncomplete) {
  const auto journalled = play("garbage");
  EXPECT_EQ(statuses(journalled.case_ends()), std::vector{Status::ok});
  ASSERT_EQ(journalled.of("step_end").size(), 1u);
  EXPECT_FALSE(journalled.of("step_end")[0].at("complete").get<bool>());
  EXPECT_NE(journalled.of("step_end")[0].at("reason").get<std::string>().find("2 lines"), std::string::npos);
  std::ostringstream log;
  log << std::ifstream(folder_ / "logs" /
                       (journalled.of("step_end")[0].at("step").get<std::string>() + ".log"))
             .rdbuf();
  EXPECT_NE(log.str().find("a library says hello"), std::string::npos);
}

TEST_F(CampaignTest, KeepsACaseWhoseStepHasNoGoodEndRecord) {
  for (const std::string script : {"no_end", "wrong_digest"}) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    const auto journalled = play(script);
    EXPECT_EQ(statuses(journalled.case_ends()), std::vector{Status::ok}) << script;
    EXPECT_TRUE(journalled.of("end").empty()) << script;
    ASSERT_EQ(journalled.of("step_end").size(), 1u);
    EXPECT_FALSE(journalled.of("step_end")[0].at("complete").get<bool>()) << script;
  }
}

TEST_F(CampaignTest, DoesNotJudgeByTheExitStatus) {
  const auto journalled = play("nonzero_exit");
  EXPECT_EQ(statuses(journalled.case_ends()), std::vector{Status::ok});
  EXPECT_TRUE(journalled.of("step_end").at(0).at("complete").get<bool>());
}

TEST_F(CampaignTest, RefusesAnotherCatalogue) {
  expect_three("other_catalogue", Status::failed, Phase::launch, "another catalogue");
}
TEST_F(CampaignTest, RefusesAnotherProtocol) {
  expect_three("other_protocol", Status::failed, Phase::launch, "speaks protocol 3");
}
TEST_F(CampaignTest, RefusesTooManyRanks) {
  expect_three("two_ranks", Status::failed, Phase::launch, "2 ranks answered");
}
TEST_F(CampaignTest, SaysWhyAWorkerEndedBeforeHello) {
  expect_three("exit_before_hello", Status::failed, Phase::launch, "status 3: no such device");
}
TEST_F(CampaignTest, ReportsAWorkerThatDiesInACase) {
  expect_three("exits_in_case", Status::crashed, Phase::measure, "status 9: something broke");
}
TEST_F(CampaignTest, ReportsAWorkerThatIsKilled) {
  expect_three("killed_in_case", Status::crashed, Phase::measure, "signal 9 (KILL)");
}
TEST_F(CampaignTest, DoesNotBelieveATornRecord) {
  expect_three("torn_end", Status::crashed, Phase::measure, "status 0");
}
TEST_F(CampaignTest, DoesNotBelieveAMangledRecord) {
  expect_three("mangled_end", Status::crashed, Phase::measure, "status 0");
}
TEST_F(CampaignTest, DoesNotTakeACaseThatWasNotAskedFor) {
  expect_three("unasked", Status::crashed, Phase::load, "status 0");
}
TEST_F(CampaignTest, DoesNotTakeACaseThatDidNotBegin) {
  expect_three("never_begins", Status::crashed, Phase::load, "status 0");
}
TEST_F(CampaignTest, DoesNotTakeAnotherLaunch) {
  expect_three("other_launch", Status::crashed, Phase::measure, "status 0");
}
TEST_F(CampaignTest, DoesNotTakeANumberThatIsNone) {
  expect_three("not_a_number", Status::crashed, Phase::measure, "status 0");
}
TEST_F(CampaignTest, DoesNotTakeAnUnknownQuantity) {
  expect_three("unknown_quantity", Status::crashed, Phase::measure, "status 0");
}

TEST_F(CampaignTest, DoesNotTakeAnAnswerFromSomebodyWhoDidNotGreet) {
  const auto journalled = play("wrong_before_hello");
  EXPECT_EQ(statuses(journalled.case_ends()), std::vector{Status::ok});
}

TEST_F(CampaignTest, TakesACaseOnceOnly) {
  const auto journalled = play("twice");
  EXPECT_EQ(statuses(journalled.case_ends()), std::vector{Status::ok});
  EXPECT_FALSE(journalled.of("step_end").at(0).at("complete").get<bool>());
}

TEST_F(CampaignTest, SurvivesARecordWithAStrangeType) {
  EXPECT_EQ(statuses(play("type_is_a_number").case_ends()), std::vector{Status::ok});
}

TEST_F(CampaignTest, RetriesMachineryUntilItIsOk) {
  const auto journalled = play("fails_first", "launches = 2\nretries = 1");
  EXPECT_EQ(statuses(journalled.case_ends()),
            (std::vector{Status::failed, Status::ok, Status::failed, Status::ok}));
  EXPECT_EQ(journalled.last.steps_done, 2u);
}

TEST_F(CampaignTest, NeverRetriesAnAnswer) {
  EXPECT_EQ(statuses(play("says_wrong").case_ends()), std::vector{Status::wrong});
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  EXPECT_EQ(statuses(play("unsupported").case_ends()), std::vector{Status::unsupported});
}

TEST_F(CampaignTest, LeavesATargetAloneAfterThreeReproductions) {
  const auto journalled = play("fails", "launches = 3\nretries = 2");
  EXPECT_EQ(statuses(journalled.case_ends()),
            (std::vector{Status::failed, Status::failed, Status::failed, Status::skipped, Status::skipped}));
  EXPECT_EQ(journalled.last.steps_done, 3u);
}

TEST_F(CampaignTest, ADeathCostsOneCase) {
  const auto journalled = play("exits_in_case", "launches = 1\nretries = 0",
                               "\"memory/device/copy:f64\", \"memory/device/scale:f64\"");
  EXPECT_EQ(statuses(journalled.case_ends(kCopy)), std::vector{Status::crashed});
  EXPECT_EQ(statuses(journalled.case_ends(kScale)), std::vector{Status::crashed});
  // The second case was not lost with the first worker: it had a worker of its own.
  EXPECT_EQ(journalled.of("step_begin").size(), 2u);
  EXPECT_EQ(journalled.of("step_begin")[1].at("cases"), nlohmann::json::array({kScale}));
}

TEST_F(CampaignTest, AWorkerThatNeverCameUpCostsAllItsCasesAtOnce) {
  const auto journalled = play("exit_before_hello", "launches = 1\nretries = 0",
                               "\"memory/device/copy:f64\", \"memory/device/scale:f64\"");
  EXPECT_EQ(statuses(journalled.case_ends(kCopy)), std::vector{Status::failed});
  EXPECT_EQ(statuses(journalled.case_ends(kScale)), std::vector{Status::failed});
  EXPECT_EQ(journalled.of("step_begin").size(), 1u);
}

TEST_F(CampaignTest, TimeLimitsHold) {
  constexpr auto kSettings = "launches = 1\nretries = 0\nstep_time_limit = \"1 s\"";
  for (const auto& [script, phase] : {std::pair{"hang", Phase::measure},
                                      {"hang_deaf", Phase::measure},
                                      {"hang_before_hello", Phase::launch},
                                      {"floods", Phase::measure}}) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    const auto begin = std::chrono::steady_clock::now();
    const auto ends = play(script, kSettings).case_ends();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    ASSERT_EQ(ends.size(), 1u) << script;
    EXPECT_EQ(ends[0].outcome.status, Status::timeout) << script << ": " << ends[0].outcome.reason;
    EXPECT_EQ(ends[0].outcome.phase, phase) << script;
    EXPECT_NE(ends[0].outcome.reason.find("within"), std::string::npos) << ends[0].outcome.reason;
    EXPECT_GE(took.count(), 1) << script;
    EXPECT_LT(took.count(), 10) << script;
  }
}

TEST_F(CampaignTest, AWorkerThatLingersAfterItsEndIsKilled) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(statuses(play("lingers").case_ends()), std::vector{Status::ok});
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 10);
}

TEST_F(CampaignTest, AWorkerThatCannotBeStartedIsAnOutcome) {
  SmallCampaign campaign;
  campaign.worker = "/nonexistent/worker";
  const auto ends = run(campaign, folder_).case_ends();
  ASSERT_EQ(ends.size(), 3u);
  EXPECT_EQ(ends[0].outcome.status, Status::failed);
  EXPECT_EQ(ends[0].outcome.phase, Phase::launch);
  EXPECT_NE(ends[0].outcome.reason.find("cannot start"), std::string::npos) << ends[0].outcome.reason;
}

TEST_F(CampaignTest, RefusesTwoEntriesForOneMachineAndSaysSo) {
  SmallCampaign campaign;
  campaign.scripts = {"ok", "ok"};
  campaign.site_settings = "";
  campaign.settings = "launches = 1\nretries = 0";
  const auto journalled = run(campaign, folder_);
  // Which of the two answers first is not fixed; the other one is refused.
  auto all = statuses(journalled.case_ends(kCopy, "rack1/node1/dev0"));
  for (const Status status : statuses(journalled.case_ends(kCopy, "rack1/node2/dev0"))) all.push_back(status);
  std::ranges::sort(all);
  EXPECT_EQ(all, (std::vector{Status::ok, Status::failed}));
  ASSERT_EQ(journalled.of("notice").size(), 1u);
  EXPECT_EQ(journalled.of("notice")[0].at("kind"), "one machine twice");
  EXPECT_EQ(journalled.of("notice")[0].at("subjects").size(), 2u);
}

TEST_F(CampaignTest, NeedsANewJournal) {
  std::ofstream(folder_ / "journal.jsonl") << "";
  EXPECT_THROW(run(SmallCampaign{}, folder_), Error);
}

}  // namespace
}  // namespace rackproof
