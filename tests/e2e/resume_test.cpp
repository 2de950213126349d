// A campaign that was interrupted or killed keeps what it measured, and --resume does only the rest.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "tests/e2e/long_campaign.hpp"

namespace rackproof::e2e {

namespace {

/// (target, case) that ended ok, as often as they did.
std::multiset<std::pair<std::string, std::string>> ended_ok(const SmallCampaign& campaign) {
  std::multiset<std::pair<std::string, std::string>> ended;
  for (const auto& record : campaign.records("case_end")) {
    const auto end = record.get<CaseEnd>();
    if (end.outcome.status == Status::ok) ended.emplace(end.target, end.case_id);
  }
  return ended;
}

void expect_everything_once(const SmallCampaign& campaign) {
  std::multiset<std::pair<std::string, std::string>> all;
  for (const std::string target : {"r1/n1/dev0", "r1/n2/dev0"}) {
    for (const char* id : {kTriad, kGemm, kGemmF32, kEventTriad}) all.emplace(target, id);
  }
  EXPECT_EQ(ended_ok(campaign), all) << "each case is measured, and none of them twice";
}

void append(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::app) << text;
}

TEST(Interrupted, KeepsWhatWasMeasuredAndIsCompletedLater) {
  const LongCampaign campaign(long_plan(1));
  RunningCommand run(campaign.run_arguments(), campaign.options());
  ASSERT_TRUE(campaign.is_at("r1/n2/dev0", kGemm)) << run.wait().err;
  const auto before = std::chrono::steady_clock::now();
  run.signal(SIGINT);
  const Finished interrupted = run.wait();
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count(), 15);
  EXPECT_EQ(interrupted.exit_code, 130) << interrupted.out << interrupted.err;
  EXPECT_TRUE(campaign.is_gone_within(0.5)) << names_of(campaign.processes());
  EXPECT_EQ(ended_ok(campaign).size(), 5u) << "all of the first node, one case of the second";

  const auto shown = campaign.shown();
  EXPECT_EQ(shown.at("ended"), "interrupted");
  EXPECT_GT(value_of(shown, "r1/n1/dev0", std::string(kGemm) + "#rate").at("value").get<double>(), 0);
  EXPECT_TRUE(value_of(shown, "r1/n2/dev0", std::string(kGemm) + "#rate").at("value").is_null());
  EXPECT_EQ(campaign.judged().at("exit_code"), 2) << "an interrupted campaign is never accepted";
  EXPECT_EQ(run_command({rackproof_program(), "verify", campaign.output()}).exit_code, 0);

  const Finished resumed = campaign.run({"--resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.err;
  expect_everything_once(campaign);
  EXPECT_EQ(campaign.shown().at("ended"), "complete");
  EXPECT_EQ(run_command({rackproof_program(), "verify", campaign.output()}).exit_code, 0);

  const auto files = digests_of(campaign.output());
  const Finished again = campaign.run({"--resume"});
  EXPECT_EQ(again.exit_code, 3) << "a complete campaign is never replaced";
  EXPECT_EQ(lines_of(again.err).size(), 1u) << again.err;
  EXPECT_EQ(digests_of(campaign.output()), files);
}

TEST(Interrupted, GroupEndsAndIsCompletedLater) {
  const LongCampaign campaign(long_group_plan(2));
  RunningCommand run(campaign.run_arguments(), campaign.options());
  ASSERT_TRUE(campaign.is_at("r1", kAllreduce)) << run.wait().err;
  const auto before = std::chrono::steady_clock::now();
  run.signal(SIGINT);
  const Finished interrupted = run.wait();
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count(), 15);
  EXPECT_EQ(interrupted.exit_code, 130) << interrupted.out << interrupted.err;
  EXPECT_TRUE(campaign.is_gone_within(2)) << names_of(campaign.processes());
  EXPECT_EQ(campaign.shown().at("ended"), "interrupted");
  EXPECT_EQ(campaign.run({"--resume"}).exit_code, 0);
  EXPECT_EQ(ended_ok(campaign).count({"r1", kAllreduce}), 1u);
}

TEST(Interrupted, AgainAndAgainStillKeepsTheFile) {
  const LongCampaign campaign(long_plan(20));
  RunningCommand run(campaign.run_arguments(), campaign.options());
  ASSERT_TRUE(campaign.is_at("r1/n1/dev0", kGemm)) << run.wait().err;
  while (run.is_running()) {
    run.signal(SIGINT);
    ::usleep(1'000);
  }
  EXPECT_EQ(run.wait().exit_code, 130);
  EXPECT_EQ(campaign.shown().at("ended"), "interrupted");
  EXPECT_TRUE(campaign.is_gone_within(0.5)) << names_of(campaign.processes());
}

TEST(Complete, VouchesForItsSetupScript) {
  PlanText plan;
  plan.cases = {kTriad};
  const SmallCampaign campaign(plan.text(), SiteText{}.text() + "[launch]\nsetup = \"modules.sh\"\n",
                               limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}}));
  const std::string script = "export SITE_MODULES=mpi\n";
  write_new(campaign.folder() / "modules.sh", script);
  const Finished finished = campaign.run();
  ASSERT_TRUE(std::filesystem::exists(campaign.output() / "manifest.sha256")) << finished.err;
  const std::vector<std::string> verify{rackproof_program(), "verify", campaign.output()};
  EXPECT_EQ(run_command(verify).exit_code, 0);
  append(campaign.output() / "modules.sh", "export SITE_MODULES=another\n");
  const Finished changed = run_command(verify);
  EXPECT_EQ(changed.exit_code, 1);
  EXPECT_EQ(changed.out, "modules.sh: changed\n");
  write_new(campaign.output() / "modules.sh", script);
  EXPECT_EQ(run_command(verify).exit_code, 0);
}

/// Runs a campaign and kills its harness in the middle.
void run_and_kill(const LongCampaign& campaign) {
  RunningCommand run(campaign.run_arguments(), campaign.options());
  ASSERT_TRUE(campaign.is_at("r1/n1/dev0", kGemmF32)) << run.wait().err;
  const Finished second = campaign.run({"--resume"});
  EXPECT_EQ(second.exit_code, 3) << "one harness at a time";
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "in use", second.err);
  run.signal(SIGKILL);
  EXPECT_EQ(run.wait().signal, SIGKILL);
  EXPECT_FALSE(std::filesystem::exists(campaign.output() / "results.h5"));
  EXPECT_GE(ended_ok(campaign).size(), 2u);
}

TEST(DISABLED_MoreKilledAndEmitted, WaitsForTheWorkersThatAreLeft) {
  const LongCampaign campaign(long_plan(1));
  run_and_kill(campaign);
  const Finished emitted = run_command(
      {rackproof_program(), "plan", campaign.plan(), "--site", campaign.site(), "--emit", campaign.output()},
      campaign.options());
  EXPECT_EQ(emitted.exit_code, 0) << emitted.err;
  EXPECT_TRUE(campaign.is_gone_within(0)) << names_of(campaign.processes());
  EXPECT_TRUE(std::filesystem::exists(campaign.output() / "bundles"));
}

TEST(KilledAndResumed, IsCompletedFromItsJournalTornOrNot) {
  const LongCampaign sound(long_plan(1)), torn(long_plan(1));
  run_and_kill(sound);
  run_and_kill(torn);
  append(torn.output() / "journal.jsonl", "@rp 0123abcd {\"type\":\"case_end\",\"outcome\":{\"sta");
  // At the same time: each waits until its workers are gone.
  RunningCommand first(sound.run_arguments({"--resume"}), sound.options());
  const Finished other = torn.run({"--resume"});
  const Finished one = first.wait();
  EXPECT_EQ(one.exit_code, 0) << one.out << one.err;
  EXPECT_EQ(other.exit_code, 0) << other.out << other.err;
  for (const LongCampaign* campaign : {&sound, &torn}) {
    expect_everything_once(*campaign);
    EXPECT_EQ(campaign->shown().at("ended"), "complete");
  }
}

TEST(Resume, WritesTheFilesOfACompleteCampaignThatDiedBeforeItDid) {
  PlanText plan;
  plan.cases = {kTriad};
  const SmallCampaign campaign(plan.text(), SiteText{}.text(),
                               limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}}));
  ASSERT_EQ(campaign.run().exit_code, 0);
  const auto files = digests_of(campaign.output());
  for (const char* name : {"results.h5", "verdicts.h5", "report.html", "manifest.sha256"}) {
    std::filesystem::remove(campaign.output() / name);
  }
  const Finished finished = campaign.run({"--resume"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_EQ(digests_of(campaign.output()), files) << "the same journal gives the same files";
}

TEST(Resume, RefusesAnotherPlanAndAFolderWithoutACampaign) {
  const LongCampaign campaign(long_plan(20));
  const Finished nothing = campaign.run({"--resume"});
  EXPECT_EQ(nothing.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "holds no campaign", nothing.err);
  EXPECT_FALSE(std::filesystem::exists(campaign.output()));

  RunningCommand run(campaign.run_arguments(), campaign.options());
  ASSERT_TRUE(campaign.is_at("r1/n1/dev0", kTriad)) << run.wait().err;
  run.signal(SIGINT);
  ASSERT_EQ(run.wait().exit_code, 130);
  const auto files = digests_of(campaign.output());
  append(campaign.plan(), "# changed\n");
  const Finished changed = campaign.run({"--resume"});
  EXPECT_EQ(changed.exit_code, 3);
  EXPECT_EQ(lines_of(changed.err).size(), 1u) << changed.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "plan or site differ", changed.err);
  write_durably(campaign.plan(), read_file(campaign.output() / "plan.toml"));
  append(campaign.limits(), "# changed\n");
  const Finished limits = campaign.run({"--resume", "--limits", campaign.limits()});
  EXPECT_EQ(limits.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "limits differ", limits.err);
  EXPECT_EQ(digests_of(campaign.output()), files);
}

}  // namespace

}  // namespace rackproof::e2e
