// Cases that do not end: on one node, on all of them, in a process that survives SIGKILL; and a device that is lost.
#include <signal.h>

#include "tests/hosts/watched_campaign.hpp"

namespace rackproof::hosts {

namespace {

using e2e::cell_of;
using e2e::kGemm;
using e2e::kGemmF32;
using e2e::kTriad;

constexpr int kCaseLimit = 6;  // s

class Stuck : public ClusterTest {
 protected:
  static void SetUpTestSuite() { bring_up({.hosts = 6}); }

  static std::string plan() {
    e2e::PlanText plan;
    plan.cases = {kTriad, kGemm, kGemmF32};
    plan.launches = 1;
    plan.retries = 2;
    plan.precision = "0.5";
    plan.case_time_limit = std::to_string(kCaseLimit) + " s";
    return plan.text();
  }

  /// Products in f32 hang on every node that gets to them, those in f64 on n1 of both racks and on r2/n2.
  static std::string site() {
    ClusterSite site;
    site.racks = 2;
    site.nodes = 3;
    site.launch = "answer_time = \"20 s\"";
    site.faults = {"fault=hang,op=gemm", "fault=hang,op=gemm,dtype=f32", "fault=lost,op=gemm",
                   "fault=hang,op=gemm", "fault=hang,op=gemm",           "fault=hang,op=gemm,dtype=f32"};
    return site.text();
  }
};

TEST_F(Stuck, EndsWithinItsLimitAndIsBlamedOnTheTargetOnlyWhenOthersEndTheCase) {
  if (!std::filesystem::exists("/sys/fs/cgroup/freezer/cgroup.procs"))
    GTEST_SKIP() << "this machine has no freezer of cgroup v1";
  const WatchedCampaign campaign(cluster(), plan(), site(),
                                 e2e::limits_text({{std::string(kGemm) + "#wrong_elements", "exact = 0"}}));
  e2e::RunningCommand run(campaign.run_arguments_on_head(), campaign.options(240));

  bool is_frozen = false, is_told = false;
  ASSERT_TRUE(e2e::eventually(60, [&] {
    // h3, r2/n1: its measuring process does not die.
    if (!is_frozen && campaign.has_begun("r2/n1/dev0", kGemm)) {
      cluster().apply({"freeze", "h3", campaign.worker("h3", "child").number});
      is_frozen = true;
    }
    // h4, r2/n2: whoever runs the machine wants it back.
    if (!is_told && campaign.has_begun("r2/n2/dev0", kGemm))
      is_told = ::kill(campaign.worker("h4", "attached").pid, SIGTERM) == 0;
    return is_frozen && is_told;
  })) << run.wait().err;
  EXPECT_TRUE(campaign.is_clean_within(10, "h4"));
  EXPECT_EQ(cluster().on("h4", {"ls", "-A", "/dev/shm"}).out, "");

  const e2e::Finished finished = run.wait();
  EXPECT_EQ(finished.exit_code, 1) << finished.out << finished.err;
  ASSERT_FALSE(finished.timed_out);
  for (const std::string target :
       {"r1/n1/dev0", "r1/n2/dev0", "r1/n3/dev0", "r2/n1/dev0", "r2/n2/dev0", "r2/n3/dev0"})
    EXPECT_EQ(campaign.outcomes(target, kTriad), "ok") << target;
  EXPECT_EQ(campaign.outcomes("r1/n2/dev0", kGemm), "ok");
  EXPECT_EQ(campaign.outcomes("r2/n3/dev0", kGemm), "ok");

  const Outcome hung{Status::timeout, Phase::measure, "did not end within 6 s"};
  for (const char* id : {kGemm, kGemmF32}) {
    EXPECT_EQ(campaign.outcomes("r1/n1/dev0", id), "timeout, timeout, timeout");
    EXPECT_EQ(campaign.first_outcome("r1/n1/dev0", id), hung);
  }
  for (const CaseEnd& end : campaign.attempts("r1/n1/dev0", kGemm))
    EXPECT_LT(static_cast<double>(end.end_utc_ns - end.begin_utc_ns) * 1e-9, kCaseLimit + 20);
  EXPECT_EQ(campaign.outcomes("r1/n2/dev0", kGemmF32), "timeout, timeout, timeout");

  const auto verdicts = campaign.judged();
  const auto verdict = [&](const std::string& target, const char* id) {
    return cell_of(verdicts, target, id).at("verdict").get<std::string>();
  };
  EXPECT_EQ(verdict("r1/n1/dev0", kGemm), "fail") << "two others ended it";
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "reproduced in 3 fresh launches",
                      cell_of(verdicts, "r1/n1/dev0", kGemm).dump());
  for (const std::string target : {"r1/n1/dev0", "r1/n2/dev0", "r2/n3/dev0"})
    EXPECT_EQ(verdict(target, kGemmF32), "not_judged") << "nobody ended it: " << target;
  EXPECT_EQ(verdict("r1/n2/dev0", kGemm), "pass");

  EXPECT_EQ(campaign.outcomes("r1/n3/dev0", kGemm), "failed, skipped");
  EXPECT_TRUE(campaign.first_outcome("r1/n3/dev0", kGemm).device_lost);
  EXPECT_EQ(campaign.outcomes("r1/n3/dev0", kGemmF32), "failed, skipped");
  for (const char* id : {kGemm, kGemmF32})
    EXPECT_EQ(verdict("r1/n3/dev0", id), "fail") << "by evidence: " << id;
  EXPECT_EQ(campaign.notices("quarantined"),
            std::vector<std::string>{"r1/n3/dev0: the device was lost twice in a row"});

  EXPECT_EQ(campaign.outcomes("r2/n2/dev0", kGemm), "preempted");
  EXPECT_EQ(campaign.first_outcome("r2/n2/dev0", kGemm),
            (Outcome{Status::preempted, Phase::measure, "the worker was told to end"}));
  EXPECT_EQ(campaign.outcomes("r2/n2/dev0", kGemmF32), "skipped");
  EXPECT_EQ(verdict("r2/n2/dev0", kGemm), "not_judged");

  EXPECT_EQ(campaign.first_outcome("r2/n1/dev0", kGemm), hung);
  const auto unusable = campaign.notices("unusable until reboot");
  ASSERT_EQ(unusable.size(), 1u);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "r2/n1: process ", unusable.front());
  EXPECT_PRED_FORMAT2(testing::IsSubstring, " survives SIGKILL", unusable.front());
  EXPECT_EQ(campaign.attempts("r2/n1/dev0", kGemm).back().outcome.phase, Phase::launch);
  EXPECT_EQ(verdict("r2/n1/dev0", kGemm), "not_judged");

  ASSERT_EQ(campaign.workers().size(), 1u) << "the frozen one";
  ASSERT_NO_THROW(cluster().apply({"thaw", "h3"}));
  EXPECT_TRUE(campaign.is_clean_within(10));
}

}  // namespace

}  // namespace rackproof::hosts
