#include "harness/launch/job_queue.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/harness/launch/job_ends.hpp"
#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

SmallCampaign two_devices(const std::string& settings, const std::string& site_settings) {
  SmallCampaign campaign;
  campaign.scripts = {"one", "two"};
  campaign.settings = settings;
  campaign.site_settings = site_settings;
  campaign.cases = "\"memory/device/copy:f64\", \"memory/device/scale:f64\"";
  return campaign;
}

std::vector<CaseEnd> ends(const Job& job, Status status) {
  Outcome outcome;
  outcome.status = status;
  return ends_of(job, outcome);
}

TEST(JobQueue, OneVirtualMachineTakesAsManyStepsAsItHasSlots) {
  const auto campaign = two_devices("launches = 1", "virtual_on = \"here\"\nslots = 1");
  const Plan plan = campaign.plan();
  const Site site = campaign.site();
  JobQueue queue(plan, site, fake_catalogue());
  EXPECT_EQ(queue.steps_total(), 2u);
  const auto first = queue.next();
  ASSERT_TRUE(first);
  EXPECT_FALSE(queue.next());
  EXPECT_FALSE(queue.empty());
  queue.finished(*first, ends(*first, Status::ok), true);
  EXPECT_EQ(queue.steps_done(), 1u);
  const auto second = queue.next();
  ASSERT_TRUE(second);
  EXPECT_NE(first->step.target.name, second->step.target.name);
  queue.finished(*second, ends(*second, Status::ok), true);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.steps_done(), 2u);
  EXPECT_DOUBLE_EQ(queue.done_estimate_s(), queue.estimate_s());
}

TEST(JobQueue, RealMachinesWorkAtTheSameTime) {
  const auto campaign = two_devices("launches = 1", "");
  const Plan plan = campaign.plan();
  const Site site = campaign.site();
  JobQueue queue(plan, site, fake_catalogue());
  EXPECT_TRUE(queue.next());
  EXPECT_TRUE(queue.next());
  EXPECT_FALSE(queue.next());
  EXPECT_TRUE(queue.empty());
}

TEST(JobQueue, CasesOfOneStepWithDifferentAttemptsAreSeparateJobsOfOneStep) {
  const auto campaign = two_devices("launches = 1\nretries = 1", "virtual_on = \"here\"\nslots = 8");
  const Plan plan = campaign.plan();
  const Site site = campaign.site();
  JobQueue queue(plan, site, fake_catalogue());
  const auto job = queue.next();
  ASSERT_TRUE(job);
  ASSERT_EQ(job->cases, (std::vector<std::string>{kCopy, kScale}));
  auto crashed = ends(*job, Status::crashed);
  crashed.resize(1);  // the worker died in the first case
  queue.finished(*job, crashed, true);
  const auto left = queue.next();
  ASSERT_TRUE(left);
  EXPECT_EQ(left->cases, std::vector<std::string>{kScale});
  EXPECT_EQ(left->attempt, 0);
  const auto other = queue.next();
  ASSERT_TRUE(other);
  EXPECT_NE(other->step.target.name, job->step.target.name) << "a node never has two steps";
  EXPECT_FALSE(queue.next());
  queue.finished(*left, ends(*left, Status::ok), true);
  EXPECT_EQ(queue.steps_done(), 0u);
  const auto again = queue.next();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->cases, std::vector<std::string>{kCopy});
  EXPECT_EQ(again->attempt, 1);
  queue.finished(*again, ends(*again, Status::crashed), true);
  EXPECT_EQ(queue.steps_done(), 1u);
  queue.finished(*other, ends(*other, Status::ok), true);
  EXPECT_EQ(queue.steps_done(), 2u);
  EXPECT_TRUE(queue.empty());
}

TEST(JobQueue, NothingIsRetriedAfterAnInterruption) {
  const auto campaign = two_devices("launches = 1", "virtual_on = \"here\"\nslots = 1");
  const Plan plan = campaign.plan();
  const Site site = campaign.site();
  JobQueue queue(plan, site, fake_catalogue());
  const auto job = queue.next();
  ASSERT_TRUE(job);
  queue.finished(*job, ends(*job, Status::preempted), false);
  const auto next = queue.next();
  ASSERT_TRUE(next);
  EXPECT_NE(next->step.target.name, job->step.target.name);
}

TEST(JobQueue, DescribesTheDeviceAndNamesEveryStart) {
  const auto campaign = two_devices("launches = 1", "virtual_on = \"here\"\nslots = 2");
  const Plan plan = campaign.plan();
  const Site site = campaign.site();
  JobQueue queue(plan, site, fake_catalogue());
  queue.next();
  const auto second = queue.next();
  ASSERT_TRUE(second);
  const BundleStep step = queue.bundle_step(*second);
  EXPECT_EQ(step.backend, "fake");
  EXPECT_EQ(step.backend_options, "two");
  EXPECT_EQ(step.device_position, 0);
  EXPECT_EQ(step.target, "rack1/node2/dev0");
  EXPECT_NE(queue.bundle_step(*second).step, step.step);
}

TEST(JobQueue, CountsDevicesPerBackend) {
  SmallCampaign campaign;
  const Plan plan = campaign.plan();
  Site site = campaign.site();
  site.nodes[0].devices.edit() = {
      {"dev0", "cuda", "d", "", ""}, {"dev1", "fault", "d", "", ""}, {"dev2", "cuda", "d", "", ""}};
  JobQueue queue(plan, site, fake_catalogue());
  std::vector<int> positions;
  while (auto job = queue.next()) {
    positions.push_back(queue.bundle_step(*job).device_position);
    queue.finished(*job, ends(*job, Status::ok), true);
  }
  EXPECT_EQ(positions, (std::vector<int>{0, 0, 1}));
}

TEST(JobQueue, CasesOfTheDevicesOfANodeAreAJobOfTheirOwnBackend) {
  CaseRow of_host = fake_catalogue().front();
  of_host.on_node = true;
  of_host.id = "memory/host/copy:f64";
  CaseRow of_devices = of_host;
  of_devices.id = "interconnect/device/all:bytes=8";
  const std::array catalogue{of_host, of_devices};
  SmallCampaign campaign;
  Site site = campaign.site();
  site.nodes.resize(1);
  site.nodes[0].devices.edit() = {{"dev0", "cuda", "d", "", "fast"}, {"dev1", "cuda", "d", "", "fast"}};
  const Plan plan =
      parse_plan("schema = 1\nname = \"p\"\nlaunches = 1\n[[run]]\ncases = [\"*\"]\nplacement = \"node\"\n",
                 "plan.toml", catalogue);
  JobQueue queue(plan, site, catalogue);
  std::map<std::string, BundleStep> step_of;
  while (auto job = queue.next()) {
    ASSERT_EQ(job->cases.size(), 1u);
    step_of[job->cases.front()] = queue.bundle_step(*job);
    queue.finished(*job, ends(*job, Status::ok), true);
  }
  ASSERT_EQ(step_of.size(), 2u);
  const BundleStep& host = step_of.at("memory/host/copy:f64");
  EXPECT_EQ(host.backend, "cpu");
  EXPECT_EQ(host.device_count, 0);
  const BundleStep& devices = step_of.at("interconnect/device/all:bytes=8");
  EXPECT_EQ(devices.backend, "cuda");
  EXPECT_EQ(devices.backend_options, "fast");
  EXPECT_EQ(devices.device_position, -1);
  EXPECT_EQ(devices.device_count, 2);
  EXPECT_TRUE(devices.system_roots.empty());
  EXPECT_EQ(queue.steps_done(), 1u);
}

TEST(JobQueue, ACaseWithARankPerDeviceIsAJobOfItsOwn) {
  CaseRow of_host = fake_catalogue().front();
  of_host.id = "interconnect/host/x";
  of_host.on_pair = true;
  CaseRow of_devices = of_host;
  of_devices.id = "interconnect/device/allreduce:f32";
  of_devices.rank_per_device = true;
  const std::array catalogue{of_host, of_devices};
  SmallCampaign campaign;
  campaign.scripts = {"one", "two"};
  Site site = campaign.site();
  site.nodes[0].devices.edit() = {{"dev0", "cuda", "d", "", ""}, {"dev1", "cuda", "d", "", ""}};
  site.nodes[1].devices.edit() = {{"dev0", "cuda", "d", "", ""}};
  site.nodes[1].system_root = "/recorded";
  site.nodes[1].requirements.edit() = {{"cores", "64"}};
  const Plan plan =
      parse_plan("schema = 1\nname = \"p\"\nlaunches = 1\n[[run]]\ncases = [\"*\"]\nplacement = \"pair\"\n",
                 "plan.toml", catalogue);
  JobQueue queue(plan, site, catalogue);
  std::map<std::string, Job> jobs;
  std::map<std::string, BundleStep> steps;
  while (auto job = queue.next()) {
    jobs[job->cases.front()] = *job;
    steps[job->cases.front()] = queue.bundle_step(*job);
    queue.finished(*job, ends(*job, Status::ok), true);
  }
  ASSERT_EQ(jobs.size(), 2u);
  using Ranks = std::vector<std::uint32_t>;
  EXPECT_EQ(jobs.at("interconnect/host/x").ranks, (Ranks{0, 1}));
  EXPECT_TRUE(steps.at("interconnect/host/x").rank_positions.empty());
  EXPECT_EQ(steps.at("interconnect/host/x").system_roots, (std::vector<std::string>{"", "/recorded"}));
  EXPECT_EQ(steps.at("interconnect/host/x").requirements, (std::vector<Requirements>{{}, {{"cores", "64"}}}));
  EXPECT_EQ(jobs.at("interconnect/device/allreduce:f32").ranks, (Ranks{0, 0, 1}));
  EXPECT_EQ(steps.at("interconnect/device/allreduce:f32").rank_positions, (std::vector<int>{0, 1, 0}));
  EXPECT_EQ(steps.at("interconnect/device/allreduce:f32").backend, "cuda");
  EXPECT_EQ(queue.steps_done(), 1u);
}

TEST(JobQueue, WhatAllNodesMustHaveIsSaidOnce) {
  SmallCampaign campaign;
  campaign.scripts = {"one", "two"};
  Site site = campaign.site();
  const Plan plan = campaign.plan();
  for (const bool required : {true, false}) {
    for (SiteNode& node : site.nodes)
      node.requirements.edit() = required ? Requirements{{"cores", "64"}} : Requirements();
    JobQueue queue(plan, site, fake_catalogue());
    const auto job = queue.next();
    ASSERT_TRUE(job);
    EXPECT_EQ(queue.bundle_step(*job).requirements.size(), required ? 1u : 0u);
  }
}

TEST(JobQueue, WhatAWorkerSkippedIsNotTriedAgain) {
  for (const Status status : {Status::skipped, Status::preempted}) {
    const auto campaign = two_devices("launches = 1\nretries = 2", "virtual_on = \"here\"\nslots = 1");
    const Plan plan = campaign.plan();
    const Site site = campaign.site();
    JobQueue queue(plan, site, fake_catalogue());
    int jobs = 0;
    while (const auto job = queue.next()) {
      ASSERT_LE(++jobs, 2);
      queue.finished(*job, ends(*job, status), true);
    }
    EXPECT_EQ(jobs, 2);
    EXPECT_EQ(queue.steps_done(), 2u);
  }
}

}  // namespace
}  // namespace rackproof
