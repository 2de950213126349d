// What it costs to find the next step of a large campaign, in walks over the steps that wait.
#include <gtest/gtest.h>

#include <random>

#include "harness/launch/job_queue.hpp"
#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

/// Nodes of eight devices, each a machine of its own.
Site large_site(int racks) {
  return parse_site("schema = 1\nname = \"large\"\n[[rack]]\nname = \"R[001-" + std::to_string(racks) +
                        "]\"\n[[node]]\nname = \"{rack}/n[1-8]\"\nrack = \"R[001-" + std::to_string(racks) +
                        "]\"\naddress = \"{node}\"\nmodel = \"m\"\n[[node.device]]\nname = \"dev[0-7]\"\n"
                        "backend = \"fake\"\nmodel = \"d\"\n",
                    "site.toml");
}

TEST(QueueCost, OneWalkForEveryStepThatStartsAndOneForEveryStepThatEnds) {
  SmallCampaign campaign;
  campaign.settings = "launches = 2";
  const Plan plan = campaign.plan();
  const Site site = large_site(100);
  constexpr std::uint64_t kSteps = 100 * 8 * 8 * 2;
  JobQueue queue(plan, site, fake_catalogue());
  ASSERT_EQ(queue.steps_total(), kSteps);
  std::mt19937 random(1);
  std::vector<Job> running;
  std::uint64_t ended = 0;
  while (!queue.empty() || !running.empty()) {
    while (auto job = queue.next()) running.push_back(std::move(*job));
    ASSERT_LE(running.size(), site.nodes.size());
    ASSERT_FALSE(running.empty()) << "something waits and nothing runs";
    std::swap(running[random() % running.size()], running.back());
    CaseEnd end;
    end.case_id = kCopy;
    end.target = running.back().step.target.name;
    end.launch = running.back().step.launch;
    end.outcome.status = Status::ok;
    queue.finished(running.back(), {end}, true);
    running.pop_back();
    ++ended;
  }
  EXPECT_EQ(ended, kSteps);
  EXPECT_EQ(queue.steps_done(), kSteps);
  EXPECT_LE(queue.scans(), 2 * kSteps + 2);
}

TEST(QueueCost, NothingIsLookedForAgainBeforeAStepEnds) {
  SmallCampaign campaign;
  campaign.scripts = {"ok", "ok"};
  const Plan plan = campaign.plan();
  const Site site = campaign.site();
  JobQueue queue(plan, site, fake_catalogue());
  const auto job = queue.next();
  ASSERT_TRUE(job);
  ASSERT_FALSE(queue.next());
  const std::uint64_t before = queue.scans();
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(queue.next());
  EXPECT_EQ(queue.scans(), before) << "records that come in are not a reason to look";
  queue.finished(*job, {}, false);
  EXPECT_TRUE(queue.next());
}

}  // namespace
}  // namespace rackproof
