// What dies or falls silent while it is measured: a measuring process, a supervisor, a rank, a host, a cable.
#include <signal.h>

#include <cerrno>

#include "tests/hosts/watched_campaign.hpp"

namespace rackproof::hosts {

namespace {

using e2e::cell_of;
using e2e::kTriad;

constexpr const char* kAllreduce = "interconnect/host/allreduce:f32,bytes=1048576,isolated";

constexpr int kCaseLimit = 15;  // s

class Death : public ClusterTest {
 protected:
  static void SetUpTestSuite() { bring_up({.hosts = 6}); }

  /// The devices, each some seconds, then messages in each rack.
  static std::string plan() {
    e2e::PlanText plan;
    plan.cases = {kTriad};
    plan.launches = 1;
    plan.retries = 1;
    plan.sample_time = "2 s";
    plan.precision = "0.000001";
    plan.case_time_limit = std::to_string(kCaseLimit) + " s";
    plan.more = std::string("\n[[run]]\ncases = [\"") + kAllreduce + "\"]\nplacement = \"group:rack\"\n";
    return plan.text();
  }

  /// r2/n2 and r3/n2 wait for what is done to them.
  static std::string site() {
    ClusterSite site;
    site.racks = 3;
    site.nodes = 2;
    site.launch = "answer_time = \"6 s\"\ncontrol_net = \"10.77.0.0/16\"\ndata_net = \"10.78.0.0/16\"";
    site.faults = {"fault=none", "fault=none", "fault=none", "fault=hang", "fault=none", "fault=hang"};
    return site.text();
  }
};

TEST_F(Death, CostsTheAttemptsOfWhatDiedAndNothingElse) {
  const WatchedCampaign campaign(cluster(), plan(), site(),
                                 e2e::limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}}));
  e2e::RunningCommand run(campaign.run_arguments_on_head(), campaign.options(240));
  pid_t stopped = 0;
  bool is_killed = false, is_dead = false, is_cut = false;
  const auto begun = [&](const char* target) { return campaign.has_begun(target, kTriad); };
  ASSERT_TRUE(e2e::eventually(60, [&] {
    if (!is_killed && begun("r1/n2/dev0"))
      is_killed = ::kill(campaign.worker("h1", "child").pid, SIGKILL) == 0;
    if (stopped == 0 && begun("r2/n1/dev0")) {
      stopped = campaign.worker("h2", "attached").pid;
      ::kill(stopped, SIGSTOP);
      ::kill(campaign.worker("h2", "child").pid, SIGSTOP);
    }
    const bool is_later = is_killed && stopped != 0;  // these two do not wait
    if (is_later && !is_dead && begun("r2/n2/dev0")) {
      cluster().apply({"kill", "h3"});
      is_dead = true;
    }
    if (is_later && !is_cut && begun("r3/n2/dev0")) {
      cluster().apply({"cut", "h5"});
      is_cut = true;
    }
    return is_dead && is_cut;
  })) << run.wait().err;
  ASSERT_TRUE(campaign.is_at("r1", kAllreduce)) << run.wait().err;
  ASSERT_EQ(::kill(campaign.worker("h1", "rank").pid, SIGKILL), 0);
  // A worker that nobody hears any more ends by itself, with what it measures.
  EXPECT_TRUE(campaign.is_clean_within(20, "h5"));
  const e2e::Finished finished = run.wait();
  EXPECT_EQ(finished.exit_code, 2) << finished.out << finished.err;
  ASSERT_FALSE(finished.timed_out);
  for (const auto& worker : campaign.workers("h2"))  // the first to go on may have ended the next
    EXPECT_TRUE(::kill(worker.pid, SIGCONT) == 0 || errno == ESRCH) << worker.pid;
  EXPECT_TRUE(campaign.is_clean_within(10)) << "also the one that was stopped";

  EXPECT_EQ(campaign.outcomes("r1/n1/dev0", kTriad), "ok");
  EXPECT_EQ(campaign.outcomes("r3/n1/dev0", kTriad), "ok");

  EXPECT_EQ(campaign.outcomes("r1/n2/dev0", kTriad), "crashed, ok");
  EXPECT_EQ(campaign.first_outcome("r1/n2/dev0", kTriad),
            (Outcome{Status::crashed, Phase::measure, "the measuring process died of signal 9 (KILL)"}));

  EXPECT_EQ(campaign.outcomes("r2/n1/dev0", kTriad), "timeout, ok");
  EXPECT_EQ(campaign.first_outcome("r2/n1/dev0", kTriad),
            (Outcome{Status::timeout, Phase::measure, "did not end within 15 s"}));
  const CaseEnd silent = campaign.attempts("r2/n1/dev0", kTriad).front();
  EXPECT_LT(static_cast<double>(silent.end_utc_ns - silent.begin_utc_ns) * 1e-9, kCaseLimit + 20);

  for (const std::string target : {"r2/n2/dev0", "r3/n2/dev0"}) {
    EXPECT_EQ(campaign.outcomes(target, kTriad), "crashed, failed");
    const Outcome lost = campaign.first_outcome(target, kTriad);
    EXPECT_EQ(lost.phase, Phase::measure);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "the worker ended with status 255", lost.reason);
    const Outcome again = campaign.attempts(target, kTriad).back().outcome;
    EXPECT_EQ(again.phase, Phase::launch);
    // "connect to host …: No route", or "Connection reset by peer" while the host is on its way out.
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "onnect", again.reason);
  }

  EXPECT_EQ(campaign.outcomes("r1", kAllreduce), "crashed, ok");
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "137", campaign.first_outcome("r1", kAllreduce).reason);
  // Who fell silent was asked, so that no group was tried with it.
  for (const std::string rack : {"r2", "r3"}) {
    EXPECT_EQ(campaign.outcomes(rack, kAllreduce), "skipped");
    EXPECT_PRED_FORMAT2(testing::IsSubstring,
                        "left out: " + rack + "/n2: unreachable: " + rack + "/n2 answers no more",
                        campaign.first_outcome(rack, kAllreduce).reason);
  }
  EXPECT_EQ(campaign.notices("unreachable").size(), 2u);

  const auto verdicts = campaign.judged();
  for (const std::string target : {"r1/n1/dev0", "r1/n2/dev0", "r2/n1/dev0", "r3/n1/dev0"})
    EXPECT_EQ(cell_of(verdicts, target, kTriad).at("verdict"), "pass") << target;
  for (const std::string target : {"r2/n2/dev0", "r3/n2/dev0"})
    EXPECT_EQ(cell_of(verdicts, target, kTriad).at("verdict"), "not_judged") << target;
  EXPECT_EQ(cell_of(verdicts, "r1", kAllreduce).at("verdict"), "pass");
  EXPECT_EQ(cell_of(verdicts, "r2", kAllreduce).at("verdict"), "not_judged");
  EXPECT_EQ(cell_of(verdicts, "r3", kAllreduce).at("verdict"), "not_judged");
}

}  // namespace

}  // namespace rackproof::hosts
