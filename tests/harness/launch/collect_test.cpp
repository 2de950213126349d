// Journals of detached workers are brought in: once, whole, and until nothing is left.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/record/framing.hpp"
#include "tests/harness/launch/two_detached_nodes.hpp"

namespace rackproof {
namespace {

TEST_F(CollectTest, BringsInWhatWorkersDid) {
  const auto campaign = emitted(two_nodes());
  const auto first = campaign.work(kFirstNode, "1.jsonl", {"boot-1", {}, -1});
  const auto second = campaign.work(kSecondNode, "2.jsonl", {"boot-2", {}, -1});
  const Collected half = campaign.collect({second});
  EXPECT_EQ(half.steps_new, 2u);
  EXPECT_EQ(half.end, CampaignEnd::interrupted);
  EXPECT_EQ(campaign.records("campaign_end").back().at("ended"), 1);
  const Collected whole = campaign.collect({first});
  EXPECT_EQ(whole.end, CampaignEnd::complete);
  EXPECT_TRUE(whole.refused.empty());
  EXPECT_TRUE(whole.incomplete.empty());
  EXPECT_EQ(campaign.records("campaign_end").back().at("ended"), 0);
  EXPECT_EQ(campaign.ends(), everything());
  for (const auto& step : campaign.records("step_end")) EXPECT_TRUE(step.at("complete").get<bool>());
  EXPECT_EQ(campaign.records("hello").size(), 4u);
}

TEST_F(CollectTest, TheSameAgainChangesNothing) {
  const auto campaign = emitted(two_nodes());
  const auto first = campaign.work(kFirstNode, "1.jsonl");
  const auto second = campaign.work(kSecondNode, "2.jsonl");
  campaign.collect({second, second});
  std::string before = read_file(campaign.journal());
  EXPECT_EQ(campaign.collect({second}).steps_known, 2u);
  EXPECT_EQ(read_file(campaign.journal()), before);
  campaign.collect({second, first});
  before = read_file(campaign.journal());
  const Collected again = campaign.collect({first, second, first});
  EXPECT_EQ(again.steps_new, 0u);
  EXPECT_EQ(again.steps_known, 6u);
  EXPECT_EQ(again.end, CampaignEnd::complete);
  EXPECT_TRUE(again.refused.empty());
  EXPECT_EQ(read_file(campaign.journal()), before);
}

TEST_F(CollectTest, OfACopyThatWasCutTheWholeStepsAreTaken) {
  const auto campaign = emitted(two_nodes());
  const std::string empty = read_file(campaign.journal());
  const auto first = campaign.work(kFirstNode, "1.jsonl");
  const auto second = campaign.work(kSecondNode, "2.jsonl");
  const std::string whole = read_file(first);
  const auto cut = folder_ / "cut.jsonl";
  std::set<std::size_t> steps_taken, incompletes;
  for (std::size_t size = whole.find('\n') + 1; size < whole.size(); size += 211) {
    write_durably(campaign.journal(), empty);
    write_durably(cut, whole.substr(0, size));
    const Collected part = campaign.collect({cut});
    ASSERT_TRUE(part.refused.empty()) << size << ": " << part.refused[0];
    steps_taken.insert(part.steps_new);
    incompletes.insert(part.incomplete.size());
    ASSERT_EQ(part.end, CampaignEnd::interrupted);
    ASSERT_EQ(campaign.records("step_begin").size(), part.steps_new) << size;
    ASSERT_EQ(campaign.records("step_end").size(), part.steps_new) << size;
    ASSERT_EQ(campaign.collect({second, cut, first}).end, CampaignEnd::complete) << size;
    ASSERT_EQ(campaign.ends(), everything()) << size;
  }
  EXPECT_EQ(steps_taken, (std::set<std::size_t>{0, 1}));
  EXPECT_EQ(incompletes, (std::set<std::size_t>{0, 1}));
}

TEST_F(CollectTest, ACrashBetweenIsCompletedByTheNextCall) {
  const auto campaign = emitted(two_nodes());
  const auto first = campaign.work(kFirstNode, "1.jsonl");
  const auto second = campaign.work(kSecondNode, "2.jsonl");
  const std::string empty = read_file(campaign.journal());
  campaign.collect({first, second});
  const std::string whole = read_file(campaign.journal());
  for (std::size_t size = empty.size(); size < whole.size(); size += 307) {
    write_durably(campaign.journal(), whole.substr(0, size));
    const Collected next = campaign.collect({first, second});
    ASSERT_TRUE(next.refused.empty()) << size << ": " << next.refused[0];
    ASSERT_EQ(next.end, CampaignEnd::complete) << size;
    ASSERT_EQ(campaign.ends(), everything()) << size;
  }
}

TEST_F(CollectTest, AClosedStepIsLeftToAnotherAttempt) {
  const auto campaign = emitted(two_nodes());
  const auto second = campaign.work(kSecondNode, "2.jsonl");
  const auto first =
      campaign.work(kFirstNode, "1.jsonl", {"boot-1", {}, 1});  // dies in the second case of two
  const Collected open = campaign.collect({first, second});
  ASSERT_EQ(open.incomplete.size(), 1u);
  EXPECT_NE(open.incomplete[0].find("step s000001.0 on rack1/node1/dev0: 1 of 2 cases ended"),
            std::string::npos)
      << open.incomplete[0];
  const Collected closed = campaign.collect({first}, true);
  EXPECT_TRUE(closed.incomplete.empty());
  EXPECT_EQ(closed.steps_new, 1u);
  EXPECT_EQ(campaign.ends().count("rack1/node1/dev0 memory/device/scale:f64 launch 0 attempt 0: preempted"),
            1u);
  EXPECT_FALSE(campaign.records("step_end").back().at("complete").get<bool>());
  const std::string before = read_file(campaign.journal());
  EXPECT_EQ(campaign.collect({first}, true).steps_known, 1u);
  EXPECT_EQ(read_file(campaign.journal()), before);

  campaign.work(kFirstNode, "1.jsonl");  // the node goes on, too late
  expect_refused(campaign.collect({first}),
                 "s000001.0 on rack1/node1/dev0: the campaign has this step with other content");
  campaign.emit();
  const BundleFile rest = campaign.bundle(kFirstNode);
  ASSERT_EQ(rest.bundle.steps.size(), 1u) << "the second launch was in the longer journal";
  EXPECT_EQ(rest.bundle.steps[0].attempt, 1);
  EXPECT_EQ(rest.bundle.steps[0].cases, std::vector{kScale});
  EXPECT_EQ(campaign.collect({campaign.work(kFirstNode, "1c.jsonl")}).end, CampaignEnd::complete);
}

TEST_F(CollectTest, TheLongestCopyOfAStepIsClosed) {
  const auto campaign = emitted(two_nodes("launches = 1"));
  const auto longer = campaign.work(kFirstNode, "longer.jsonl", {"boot-1", {}, 1});
  const auto shorter = campaign.work(kFirstNode, "shorter.jsonl", {"boot-1", {}, 0});
  EXPECT_TRUE(campaign.collect({longer, shorter}, true).refused.empty());
  EXPECT_EQ(campaign.records("case_end").size(), 2u);
}

TEST_F(CollectTest, ACompleteCampaignTakesNothingMore) {
  const auto campaign = emitted(two_nodes("launches = 1\nretries = 0"));
  const auto first = campaign.work(kFirstNode, "1.jsonl");
  const auto second = campaign.work(kSecondNode, "2.jsonl", {"boot-1", {{kCopy, Status::crashed}}, -1});
  ASSERT_EQ(campaign.collect({first, second}).end, CampaignEnd::complete);
  const std::string before = read_file(campaign.journal());
  const auto more = campaign.work(kSecondNode, "more.jsonl");
  rewrite(more, [](nlohmann::json& record) {
    if (record.contains("step")) record["step"] = "s000002.1";
  });
  expect_refused(campaign.collect({more}), "the campaign is complete");
  EXPECT_EQ(read_file(campaign.journal()), before);
}

TEST_F(CollectTest, WhatIsGivenUpEndsTheCampaign) {
  SmallCampaign small = two_nodes("launches = 4\nretries = 0");
  small.cases = "\"memory/device/copy:f64\"";
  const auto campaign = emitted(small);
  const auto first = campaign.work(kFirstNode, "1.jsonl");
  // Three launches go wrong; the machine dies in the fourth and is not seen again.
  const auto second = campaign.work(kSecondNode, "2.jsonl", {"boot-2", {{kCopy, Status::crashed}}, 3});
  const Collected collected = campaign.collect({first, second});
  EXPECT_EQ(collected.end, CampaignEnd::complete);
  EXPECT_EQ(campaign.ends().count("rack1/node2/dev0 memory/device/copy:f64 launch 3 attempt 0: skipped"), 1u);
}

TEST_F(CollectTest, ResumeDoesWhatIsLeft) {
  SmallCampaign small = two_nodes();
  small.scripts = {"ok", "ok"};
  {
    const auto campaign = emitted(small);
    campaign.collect({campaign.work(kFirstNode, "1.jsonl", {"boot-1", {}, 2})});  // one launch
    ASSERT_EQ(campaign.records("case_end").size(), 2u);
  }
  const auto journalled = run(small, folder_, true);
  EXPECT_EQ(journalled.end, CampaignEnd::complete);
  for (const std::string node : {"rack1/node1/dev0", "rack1/node2/dev0"}) {
    for (const auto& id : {kCopy, kScale}) EXPECT_EQ(journalled.case_ends(id, node).size(), 2u) << id << node;
  }
}

TEST_F(CollectTest, WhatAHarnessWasAtWhenItDiedIsAccountedFor) {
  const auto campaign = emitted(two_nodes("launches = 1"));
  {
    Journal journal = Journal::resume(campaign.journal());
    journal.append({{"type", "step_begin"},
                    {"step", "s000001.0"},
                    {"target", "rack1/node1/dev0"},
                    {"launch", 0},
                    {"attempt", 0},
                    {"cases", {kCopy, kScale}},
                    {"ranks", std::vector<int>()}});
    nlohmann::json hello = Hello{};
    hello["catalogue_hash"] = catalogue_hash(fake_catalogue());
    hello["ranks"] = nlohmann::json::array({Identity{0, "h", "boot-1", "", {}, 1, 1, 1, "", ""}});
    hello["step"] = "s000001.0";
    journal.append(hello);
    nlohmann::json begin = CaseBegin{kCopy, "rack1/node1/dev0", 0, 0, 1};
    begin["step"] = "s000001.0";
    journal.append(begin);
  }
  expect_refused(campaign.collect({campaign.work(kFirstNode, "1.jsonl")}), "with other content");
  EXPECT_EQ(campaign.ends().count("rack1/node1/dev0 memory/device/copy:f64 launch 0 attempt 0: preempted"),
            1u);
  campaign.emit();
  EXPECT_EQ(campaign.bundle(kFirstNode).bundle.steps.size(), 2u) << "another attempt, and what did not begin";
}

TEST_F(CollectTest, ACampaignInUseIsLeftAlone) {
  const auto campaign = emitted(two_nodes());
  const auto first = campaign.work(kFirstNode, "1.jsonl");
  const Journal used = Journal::resume(campaign.journal());
  EXPECT_THROW(campaign.collect({first}), Error);
}

}  // namespace
}  // namespace rackproof
