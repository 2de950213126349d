// Who is measured when, with whom, and who is left out.
#include <gtest/gtest.h>

#include "tests/harness/launch/job_order.hpp"

namespace rackproof {
namespace {

TEST_F(JobOrder, ASlowNodeHoldsUpOnlyItsOwnRack) {
  make("launches = 1");
  const auto jobs = started();
  ASSERT_EQ(jobs.size(), 6u);
  for (std::size_t i = 0; i + 1 < jobs.size(); ++i) finish(jobs[i], Status::ok);
  EXPECT_EQ(names(started()), std::vector<std::string>{"r1"}) << "a node of r2 still works";
  finish(jobs.back(), Status::ok);
  EXPECT_EQ(names(started()), std::vector<std::string>{"r2"});
}

TEST_F(JobOrder, TheSecondLaunchOfANodeDoesNotWaitForOthers) {
  make("launches = 2");
  const auto jobs = started();
  ASSERT_EQ(jobs.size(), 6u);
  finish(jobs[4], Status::ok);
  const auto next = started();
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].step.target.name, "r2/n2");
  EXPECT_EQ(next[0].step.launch, 1);
}

TEST_F(JobOrder, WithoutAnswerNothingIsStarted) {
  make("launches = 1\nretries = 1", "minimum = 0.6", true);
  auto asked = started();
  ASSERT_EQ(asked.size(), 6u);
  for (const Job& job : asked) {
    EXPECT_EQ(job.kind, Job::Kind::answer);
    EXPECT_TRUE(queue_->bundle_step(job).cases.empty());
    queue_->answered(job, job.step.target.name == "r1/n2" ? "no route to host" : "", true);
  }
  auto jobs = started();
  ASSERT_EQ(jobs.size(), 6u);
  const Job& retry = of(jobs, "r1/n2");
  EXPECT_EQ(retry.kind, Job::Kind::answer);
  EXPECT_TRUE(queue_->take_notices().empty());
  queue_->answered(retry, "no route to host", true);
  const auto notices = queue_->take_notices();
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].kind, "unreachable");
  EXPECT_EQ(notices[0].subjects, std::vector<std::string>{"r1/n2"});
  EXPECT_EQ(queue_->roll_call().unusable().size(), 1u);
  const auto dead = started();
  ASSERT_EQ(dead.size(), 1u);
  ASSERT_TRUE(dead[0].without_worker);
  EXPECT_EQ(dead[0].without_worker->status, Status::failed);
  EXPECT_EQ(dead[0].without_worker->phase, Phase::launch);
  EXPECT_EQ(dead[0].without_worker->reason, "no route to host");
  finish(dead[0], Status::failed);
  for (const Job& job : jobs) {
    if (job.kind == Job::Kind::measure) finish(job, Status::ok);
  }
  const auto racks = started();
  ASSERT_EQ(names(racks), (std::vector<std::string>{"r1", "r2"}));
  EXPECT_EQ(of(racks, "r1").ranks, (std::vector<std::uint32_t>{0, 2})) << "two of three are enough";
  EXPECT_FALSE(of(racks, "r1").without_worker);
  EXPECT_EQ(of(racks, "r2").ranks.size(), 3u);
  const auto left_out = queue_->take_notices();
  ASSERT_EQ(left_out.size(), 1u);
  EXPECT_EQ(left_out[0].kind, "left out");
  EXPECT_EQ(left_out[0].subjects, (std::vector<std::string>{"r1", "r1/n2"}));
}

TEST_F(JobOrder, AGroupBelowItsMinimumIsSkipped) {
  make("launches = 1", "minimum = 0.7");
  for (const Job& job : started()) finish(job, job.step.target.name == "r1/n2" ? Status::wrong : Status::ok);
  const auto racks = started();
  ASSERT_TRUE(of(racks, "r1").without_worker);
  EXPECT_EQ(of(racks, "r1").without_worker->status, Status::skipped);
  EXPECT_EQ(of(racks, "r1").without_worker->reason, "left out: r1/n2: " + kHostCopy + " was wrong on r1/n2");
  EXPECT_FALSE(of(racks, "r2").without_worker);
}

TEST_F(JobOrder, AnUnstableNodeIsControlledThenLeftOut) {
  make("launches = 1\nretries = 2", "minimum = 0.6");
  auto jobs = started();
  for (const Job& job : jobs) {
    if (job.step.target.name != "r1/n1") finish(job, Status::ok);
  }
  Job sick = of(jobs, "r1/n1");
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_EQ(sick.attempt, attempt);
    finish(sick, Status::crashed);
    jobs = started();
    if (attempt < 2) sick = of(jobs, "r1/n1");
  }
  const Job& control = of(jobs, "r1/n2");
  EXPECT_EQ(control.kind, Job::Kind::control);
  EXPECT_EQ(control.step.launch, Job::kControlLaunch);
  EXPECT_EQ(control.cases, std::vector<std::string>{kHostCopy});
  const auto done = queue_->steps_done();
  finish(control, Status::ok);
  EXPECT_EQ(queue_->steps_done(), done) << "a control is no step of the plan";
  jobs = started();
  EXPECT_EQ(of(jobs, "r1").ranks, (std::vector<std::uint32_t>{1, 2}));
}

TEST_F(JobOrder, WhenTheControlGoesWrongTooNobodyIsLeftOut) {
  make("launches = 1\nretries = 2");
  auto jobs = started();
  for (const Job& job : jobs) {
    if (job.step.target.name != "r1/n1") finish(job, Status::ok);
  }
  Job sick = of(jobs, "r1/n1");
  int controls = 0;
  for (bool go_on = true; go_on;) {
    finish(sick, Status::timeout);
    go_on = false;
    for (const Job& job : started()) {
      controls += job.kind == Job::Kind::control ? 1 : 0;
      if (job.kind == Job::Kind::control || job.step.target.name == "r1/n1") {
        sick = job;
        go_on = true;
      } else {
        EXPECT_EQ(job.ranks.size(), 3u);
        EXPECT_FALSE(job.without_worker);
        finish(job, Status::ok);
      }
    }
  }
  EXPECT_EQ(controls, Screening::kMostControls);
}

TEST_F(JobOrder, ANodeThatIsGivenUpHasItsCasesFailedInLaunch) {
  make("launches = 2");
  const auto jobs = started();
  queue_->give_up(0, "unusable until reboot: x");
  for (const Job& job : jobs) finish(job, Status::ok);
  const auto next = started();
  ASSERT_TRUE(of(next, "r1/n1").without_worker);
  EXPECT_EQ(of(next, "r1/n1").without_worker->phase, Phase::launch);
  EXPECT_FALSE(of(next, "r1/n2").without_worker);
}

TEST_F(JobOrder, ADeviceLostTwiceInARowIsQuarantined) {
  make("launches = 3\nretries = 0");
  auto job = of(started(), "r1/n1");
  finish(job, Status::failed, Phase::measure, true);
  job = of(started(), "r1/n1");
  EXPECT_FALSE(job.without_worker);
  finish(job, Status::failed, Phase::measure, true);
  job = of(started(), "r1/n1");
  ASSERT_TRUE(job.without_worker);
  EXPECT_EQ(job.without_worker->status, Status::skipped);
  const auto notices = queue_->take_notices();
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].kind, "quarantined");
}

TEST_F(JobOrder, ALossThatDidNotComeBackIsForgiven) {
  make("launches = 3\nretries = 0");
  auto job = of(started(), "r1/n1");
  finish(job, Status::failed, Phase::measure, true);
  job = of(started(), "r1/n1");
  finish(job, Status::ok);
  job = of(started(), "r1/n1");
  EXPECT_FALSE(job.without_worker);
}

TEST_F(JobOrder, TargetsInTroubleAreCounted) {
  make("launches = 1\nretries = 0");
  const auto jobs = started();
  for (const Job& job : jobs) finish(job, job.step.target.name == "r1/n1" ? Status::crashed : Status::ok);
  EXPECT_EQ(queue_->tried(), 6u);
  EXPECT_EQ(queue_->troubled(), 1u);
}

TEST_F(JobOrder, AskingIsBounded) {
  make("launches = 1", "", true, 100);
  const auto asked = started();
  EXPECT_EQ(asked.size(), RollCall::kAskedAtOnce);
  for (const Job& job : asked) queue_->answered(job, "", true);
  const auto next = started();
  EXPECT_EQ(std::ranges::count(next, Job::Kind::answer, &Job::kind), RollCall::kAskedAtOnce);
  EXPECT_EQ(next.size(), 2 * RollCall::kAskedAtOnce) << "those that answered work while others are asked";
}

}  // namespace
}  // namespace rackproof
