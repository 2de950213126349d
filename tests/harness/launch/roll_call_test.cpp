// A node that answered and dies: it is asked before it has more to do, and left out until it answers again.
#include <gtest/gtest.h>

#include "harness/launch/running_step.hpp"
#include "tests/harness/launch/job_order.hpp"

namespace rackproof {
namespace {

class FallenSilent : public JobOrder {
 protected:
  /// Every node has answered, and works on its first step.
  std::vector<Job> begin(const std::string& plan, const std::string& group = "") {
    make(plan, group, true);
    for (const Job& question : started()) queue_->answered(question, "", true);
    return started();
  }
  /// Its steps and questions fail as long as any can be started. Returns how many of each there were.
  std::pair<int, int> die(Job job) {
    std::pair<int, int> count;
    for (;;) {
      if (job.kind == Job::Kind::answer) {
        ++count.second;
        queue_->answered(job, "no route to host", true);
      } else {
        if (!job.without_worker) ++count.first;
        finish(job, Status::failed, Phase::launch);
      }
      const auto next = started();
      if (next.empty()) return count;
      EXPECT_EQ(next.size(), 1u);
      job = next[0];
    }
  }
  std::vector<std::string> notices(const std::string& kind) {
    std::vector<std::string> subjects;
    for (const Notice& notice : queue_->take_notices()) {
      if (notice.kind == kind) subjects.push_back(notice.subjects.back());
    }
    return subjects;
  }
};

TEST_F(FallenSilent, IsAskedInsteadOfPayingForEveryAttempt) {
  const auto jobs = begin("launches = 3\nretries = 2");
  ASSERT_EQ(jobs.size(), 6u);
  const auto [steps, questions] = die(of(jobs, "r1/n2"));
  EXPECT_EQ(steps, 1) << "of three launches with three attempts each";
  EXPECT_EQ(questions, 3);
  EXPECT_EQ(queue_->roll_call().silent(), 1u);
  EXPECT_EQ(notices("unreachable"), std::vector<std::string>{"r1/n2"});
  ASSERT_NE(queue_->roll_call().why_not(1), nullptr);
  EXPECT_EQ(*queue_->roll_call().why_not(1), "unreachable: r1/n2 answers no more: no route to host");
}

TEST_F(FallenSilent, GoesOnWhenItOnlyStumbled) {
  auto jobs = begin("launches = 1\nretries = 2");
  finish(of(jobs, "r1/n2"), Status::failed, Phase::launch);
  jobs = started();
  ASSERT_EQ(jobs.size(), 1u);
  ASSERT_EQ(jobs[0].kind, Job::Kind::answer);
  queue_->answered(jobs[0], "", true);
  jobs = started();
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0].kind, Job::Kind::measure);
  EXPECT_EQ(jobs[0].attempt, 1);
  EXPECT_FALSE(jobs[0].without_worker);
  EXPECT_TRUE(notices("unreachable").empty());
}

TEST_F(FallenSilent, IsNotAskedForACaseThatGoesWrongOnIt) {
  auto jobs = begin("launches = 1\nretries = 2");
  finish(of(jobs, "r1/n2"), Status::crashed, Phase::measure);
  jobs = started();
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0].kind, Job::Kind::measure);
}

TEST_F(FallenSilent, AnswersAgainAndIsTakenIntoItsRack) {
  const auto jobs = begin("launches = 1\nretries = 0", "minimum = 0.5");
  die(of(jobs, "r1/n2"));
  notices("unreachable");
  for (const Job& job : jobs) {
    if (job.step.target.name != "r1/n2" && job.step.target.name.starts_with("r1/")) finish(job, Status::ok);
  }
  auto racks = started();
  ASSERT_EQ(names(racks), std::vector<std::string>{"r1"})
      << "not asked again yet: nothing has happened since";
  EXPECT_EQ(racks[0].ranks, (std::vector<std::uint32_t>{0, 2}));
  finish(racks[0], Status::ok);

  make("launches = 3\nretries = 0", "minimum = 0.5", true);
  for (const Job& question : started()) queue_->answered(question, "", true);
  auto running = started();
  die(of(running, "r1/n2"));
  std::erase_if(running, [](const Job& job) { return job.step.target.name == "r1/n2"; });
  bool was_asked = false;
  bool took_part = false;
  while (!running.empty()) {
    const Job job = running.front();
    running.erase(running.begin());
    if (job.kind == Job::Kind::answer) {
      EXPECT_EQ(job.step.target.name, "r1/n2");
      was_asked = true;
      queue_->answered(job, "", true);
    } else {
      took_part = took_part || (job.step.target.name == "r1" && job.ranks.size() == 3);
      finish(job, Status::ok);
    }
    for (const Job& more : started()) running.push_back(more);
  }
  EXPECT_TRUE(queue_->empty());
  EXPECT_TRUE(was_asked) << "as many steps as there are nodes have ended on others";
  EXPECT_TRUE(took_part);
  EXPECT_EQ(queue_->roll_call().silent(), 0u);
  EXPECT_EQ(notices("answers again"), std::vector<std::string>{"r1/n2"});
}

TEST_F(FallenSilent, IsAskedABoundedNumberOfTimes) {
  make("launches = 20\nretries = 0", "minimum = 0.5", true);
  for (const Job& question : started()) queue_->answered(question, "", true);
  auto running = started();
  die(of(running, "r1/n2"));
  std::erase_if(running, [](const Job& job) { return job.step.target.name == "r1/n2"; });
  int asked = 0;
  while (!running.empty()) {
    const Job job = running.front();
    running.erase(running.begin());
    if (job.kind == Job::Kind::answer) {
      ++asked;
      queue_->answered(job, "no route to host", true);
    } else {
      finish(job, Status::ok);
    }
    for (const Job& more : started()) running.push_back(more);
  }
  EXPECT_TRUE(queue_->empty());
  EXPECT_EQ(asked, RollCall::kLaterAsks);
  EXPECT_EQ(queue_->roll_call().silent(), 1u);
}

TEST_F(FallenSilent, IsFoundWhenItsGroupFails) {
  auto jobs = begin("launches = 1\nretries = 1", "minimum = 0.6");
  for (const Job& job : jobs) finish(job, Status::ok);
  auto racks = started();
  ASSERT_EQ(names(racks), (std::vector<std::string>{"r1", "r2"}));
  finish(of(racks, "r1"), Status::crashed, Phase::measure);
  auto questions = started();
  ASSERT_EQ(questions.size(), 3u);
  for (const Job& question : questions) {
    ASSERT_EQ(question.kind, Job::Kind::answer);
    queue_->answered(question, question.step.target.name == "r1/n2" ? "no route to host" : "", true);
  }
  questions = started();
  ASSERT_EQ(questions.size(), 1u) << "the group waits until its nodes are known";
  queue_->answered(questions[0], "no route to host", true);
  racks = started();
  ASSERT_EQ(names(racks), std::vector<std::string>{"r1"});
  EXPECT_EQ(racks[0].attempt, 1);
  EXPECT_EQ(racks[0].ranks, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(notices("left out"), std::vector<std::string>{"r1/n2"});
}

TEST(RollCall, AsksNobodyWhereWorkersStartWithoutAsking) {
  const Site site = parse_site(
      "schema = 1\nname = \"s\"\n[[rack]]\nname = \"r\"\n[[node]]\nname = \"r/n\"\nrack = \"r\"\naddress = "
      "\"a\"\nmodel = "
      "\"m\"\n",
      "site.toml");
  RollCall roll_call(site, 1, false);
  EXPECT_TRUE(roll_call.first().empty());
  EXPECT_TRUE(roll_call.doubt({0}).empty());
}

TEST(RunningSteps, AreListedInALineOfBoundedLength) {
  std::list<RunningStep> running;
  EXPECT_EQ(listed(running), "");
  for (int i = 1; i <= 6; ++i) {
    Job job;
    job.step.target.name = fmt::format("n{}", i);
    running.emplace_back(job, BundleStep{}, "");
    if (i == 4) {
      EXPECT_EQ(listed(running), "n1, n2, n3, n4");
    }
  }
  EXPECT_EQ(listed(running), "n1, n2, n3, n4 and 2 more");
}

}  // namespace
}  // namespace rackproof
