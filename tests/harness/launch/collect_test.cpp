#include "harness/launch/collect.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/record/framing.hpp"
#include "tests/harness/launch/detached_campaign.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;
using Ends = std::multiset<std::string>;

const std::string kFirst = "rack1%2Fnode1";
const std::string kSecond = "rack1%2Fnode2";

SmallCampaign two_nodes(const std::string& settings = "launches = 2\nretries = 1") {
  SmallCampaign small;
  small.scripts = {"one", "two"};
  small.cases = "\"memory/device/copy:f64\", \"memory/device/scale:f64\"";
  small.settings = settings;
  return small;
}

/// Two nodes, two launches, two cases: everything ended ok once.
Ends everything() {
  Ends all;
  for (const std::string node : {"rack1/node1/dev0", "rack1/node2/dev0"}) {
    for (const auto& id : {kCopy, kScale}) {
      for (const char* launch : {"0", "1"})
        all.insert(node + " " + id + " launch " + launch + " attempt 0: ok");
    }
  }
  return all;
}

class CollectTest : public ::testing::Test {
 protected:
  ~CollectTest() override { fs::remove_all(folder_); }

  DetachedCampaign emitted(const SmallCampaign& small) const {
    DetachedCampaign campaign(small, folder_);
    campaign.emit();
    return campaign;
  }
  static void expect_refused(const Collected& collected, const std::string& why, std::size_t times = 1) {
    ASSERT_EQ(collected.refused.size(), times) << why;
    EXPECT_NE(collected.refused[0].find(why), std::string::npos) << collected.refused[0];
    EXPECT_EQ(std::ranges::count(collected.refused[0], '\n'), 0);
  }

  fs::path folder_ = new_folder();
};

TEST_F(CollectTest, BringsInWhatWorkersDid) {
  const auto campaign = emitted(two_nodes());
  const auto first = campaign.work(kFirst, "1.jsonl", {"boot-1", {}, -1});
  const auto second = campaign.work(kSecond, "2.jsonl", {"boot-2", {}, -1});
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
  const auto first = campaign.work(kFirst, "1.jsonl");
  const auto second = campaign.work(kSecond, "2.jsonl");
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
  const auto first = campaign.work(kFirst, "1.jsonl");
  const auto second = campaign.work(kSecond, "2.jsonl");
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
  const auto first = campaign.work(kFirst, "1.jsonl");
  const auto second = campaign.work(kSecond, "2.jsonl");
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

TEST_F(CollectTest, AJournalOfAnotherCampaignIsRefused) {
  const auto other_folder = folder_ / "other";
  fs::create_directories(other_folder);
  const DetachedCampaign other(two_nodes(), other_folder);
  other.emit();
  const auto campaign = emitted(two_nodes());
  const std::string before = read_file(campaign.journal());
  expect_refused(campaign.collect({other.work(kFirst, "1.jsonl")}), "is of campaign ");
  EXPECT_TRUE(campaign.records("step_begin").empty());
  EXPECT_EQ(read_file(campaign.journal()).substr(0, before.size()), before);
}

TEST_F(CollectTest, WhatIsNoJournalOfAWorkerIsRefusedAndTheOthersAreTaken) {
  const auto campaign = emitted(two_nodes());
  const auto notes = folder_ / "notes.jsonl";
  write_durably(notes, "hello\n");
  const Collected collected =
      campaign.collect({notes, campaign.work(kFirst, "1.jsonl"), folder_ / "none.jsonl"});
  EXPECT_EQ(collected.steps_new, 2u);
  expect_refused(collected, "is no journal of a worker", 2);
}

TEST_F(CollectTest, AJournalThatWasDamagedIsRefused) {
  const auto campaign = emitted(two_nodes());
  const auto first = campaign.work(kFirst, "1.jsonl");
  std::string text = read_file(first);
  text[text.find("\"iterations\"") + 2] ^= 1;
  write_durably(first, text);
  expect_refused(campaign.collect({first}), "the line is damaged (checksum)");
  EXPECT_TRUE(campaign.records("step_begin").empty());
}

TEST_F(CollectTest, ATamperedRecordCostsItsStep) {
  const std::vector<std::pair<std::string, std::function<void(nlohmann::json&)>>> tampers{
      {"record 6 of 6 (end) does not follow",
       [](nlohmann::json& record) { record["values"]["bandwidth"]["value"] = 1.05e9; }},
      {"record 3 of 6 (case_end) does not follow",
       [](nlohmann::json& record) { record["values"]["bandwidth"]["n"] = 0; }},
      {"record 3 of 6 (case_end) does not follow", [](nlohmann::json& record) { record["launch"] = 5; }},
      {"record 3 of 6 (case_end) does not follow",
       [](nlohmann::json& record) { record["target"] = "rack1/node2/dev0"; }},
      {"record 3 of 6 (case_end) does not follow", [](nlohmann::json& record) { record.erase("values"); }}};
  for (const auto& [why, tamper] : tampers) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const auto campaign = emitted(two_nodes());
    const auto first = campaign.work(kFirst, "1.jsonl");
    bool done = false;
    rewrite(first, [&, tamper = tamper](nlohmann::json& record) {
      if (!done && record.at("type") == "case_end") {
        tamper(record);
        done = true;
      }
    });
    const Collected collected = campaign.collect({first});
    expect_refused(collected, why);
    EXPECT_EQ(collected.steps_new, 1u) << "the other step is sound";
    EXPECT_EQ(campaign.records("step_begin").size(), 1u);
    EXPECT_EQ(campaign.collect({first}, true).refused.size(), 1u) << "closing does not make it true";
  }
}

TEST_F(CollectTest, AStepThatWasNotAskedForIsRefused) {
  const std::vector<std::pair<std::string, std::function<void(nlohmann::json&)>>> claims{
      {"the plan has no such step", [](nlohmann::json& record) { record["step"] = "s000099.0"; }},
      {"the plan has no such step", [](nlohmann::json& record) { record["step"] = "s000001"; }},
      {"the plan has no such step", [](nlohmann::json& record) { record["step"] = "s000001.x"; }},
      {"not the step that the plan has", [](nlohmann::json& record) { record["step"] = "s000002.0"; }},
      {"not the step that the plan has",
       [](nlohmann::json& record) {
         if (record.contains("launch")) record["launch"] = 1;
       }},
      {"not the step that the plan has",
       [](nlohmann::json& record) {
         if (record.contains("cases")) record["cases"].push_back("memory/device/other:f64");
       }},
      {"did not ask for attempt 1", [](nlohmann::json& record) {
         if (record.contains("attempt")) record["attempt"] = 1;
       }}};
  for (const auto& [why, claim] : claims) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const auto campaign = emitted(two_nodes("launches = 1"));
    const auto first =
        campaign.work(kFirst, "1.jsonl", {"boot-1", {}, 1});  // closed below: no digest to match
    rewrite(first, [&, claim = claim](nlohmann::json& record) {
      if (record.at("type") != "bundle") claim(record);
    });
    const Collected collected = campaign.collect({first}, true);
    expect_refused(collected, why);
    EXPECT_TRUE(campaign.records("step_begin").empty()) << why;
  }
}

TEST_F(CollectTest, OfTwoJournalsOfOneStepTheSecondIsRefused) {
  const auto campaign = emitted(two_nodes());
  const auto first = campaign.work(kFirst, "1.jsonl");
  const auto other = campaign.work(kFirst, "1b.jsonl", {"boot-9", {{kScale, Status::wrong}}, -1});
  const Collected collected = campaign.collect({first, other});
  EXPECT_EQ(collected.steps_new, 2u);
  expect_refused(
      collected,
      "1b.jsonl: step s000001.0 on rack1/node1/dev0: the campaign has this step with other content", 2);
  EXPECT_EQ(campaign.records("case_end").size(), 4u);
}

TEST_F(CollectTest, AnotherMachineInTheNameOfANodeIsRefused) {
  SmallCampaign small = two_nodes();
  small.site_settings = "";  // entries are machines of their own
  const auto campaign = emitted(small);
  const auto first = campaign.work(kFirst, "1.jsonl", {"boot-1", {}, -1});
  const auto same = campaign.work(kSecond, "2.jsonl", {"boot-1", {}, -1});
  expect_refused(campaign.collect({first, same}), "two site entries for one machine", 2);
  EXPECT_EQ(campaign.records("step_begin").size(), 2u);
  EXPECT_TRUE(campaign.records("notice").empty());
  const auto right = campaign.work(kSecond, "2b.jsonl", {"boot-2", {}, -1});
  EXPECT_EQ(campaign.collect({right}).end, CampaignEnd::complete);
}

TEST_F(CollectTest, AStepThatIsNotTakenSaysNothingAboutWhoAnswers) {
  SmallCampaign small = two_nodes();
  small.site_settings = "";
  const auto campaign = emitted(small);
  // A made-up journal claims the second node's machine for the first.
  const auto made_up = campaign.work(kFirst, "x.jsonl", {"boot-2", {}, -1});
  rewrite(made_up, [](nlohmann::json& record) {
    if (record.at("type") == "case_end") record["iterations"] = 77;
  });
  const auto first = campaign.work(kFirst, "1.jsonl", {"boot-1", {}, -1});
  const auto second = campaign.work(kSecond, "2.jsonl", {"boot-2", {}, -1});
  const Collected collected = campaign.collect({made_up, first, second});
  expect_refused(collected, "x.jsonl", 2);
  EXPECT_EQ(collected.end, CampaignEnd::complete);
}

TEST_F(CollectTest, AClosedStepIsLeftToAnotherAttempt) {
  const auto campaign = emitted(two_nodes());
  const auto second = campaign.work(kSecond, "2.jsonl");
  const auto first = campaign.work(kFirst, "1.jsonl", {"boot-1", {}, 1});  // dies in the second case of two
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

  campaign.work(kFirst, "1.jsonl");  // the node goes on, too late
  expect_refused(campaign.collect({first}),
                 "s000001.0 on rack1/node1/dev0: the campaign has this step with other content");
  campaign.emit();
  const BundleFile rest = campaign.bundle(kFirst);
  ASSERT_EQ(rest.bundle.steps.size(), 1u) << "the second launch was in the longer journal";
  EXPECT_EQ(rest.bundle.steps[0].attempt, 1);
  EXPECT_EQ(rest.bundle.steps[0].cases, std::vector{kScale});
  EXPECT_EQ(campaign.collect({campaign.work(kFirst, "1c.jsonl")}).end, CampaignEnd::complete);
}

TEST_F(CollectTest, TheLongestCopyOfAStepIsClosed) {
  const auto campaign = emitted(two_nodes("launches = 1"));
  const auto longer = campaign.work(kFirst, "longer.jsonl", {"boot-1", {}, 1});
  const auto shorter = campaign.work(kFirst, "shorter.jsonl", {"boot-1", {}, 0});
  EXPECT_TRUE(campaign.collect({longer, shorter}, true).refused.empty());
  EXPECT_EQ(campaign.records("case_end").size(), 2u);
}

TEST_F(CollectTest, WhatWasMeasuredOtherwiseMeanwhileIsRefused) {
  const auto campaign = emitted(two_nodes("launches = 1"));
  // Two people run the node's bundle; one journal is closed, what it left is emitted again and collected.
  const auto shorter = campaign.work(kFirst, "shorter.jsonl", {"boot-1", {}, 0});
  campaign.collect({shorter}, true);
  const auto late = campaign.work(kFirst, "late.jsonl");
  rewrite(late, [](nlohmann::json& record) {
    if (record.contains("step")) record["step"] = "s000001.7";
  });
  expect_refused(campaign.collect({late}), "does not follow");  // the digest counts the step, too
  campaign.emit();
  EXPECT_EQ(campaign.bundle(kFirst).bundle.steps.size(), 2u);
  const auto again = campaign.work(kFirst, "again.jsonl");
  const auto twice = campaign.work(kFirst, "twice.jsonl", {"boot-3", {}, -1});
  EXPECT_TRUE(campaign.collect({again}).refused.empty());
  expect_refused(campaign.collect({twice}), "with other content", 2);
}

TEST_F(CollectTest, AFinishedCaseIsNotMeasuredUntilItLooksBetter) {
  const auto campaign = emitted(two_nodes("launches = 1\nretries = 3"));
  campaign.collect({campaign.work(kFirst, "1.jsonl", {"boot-1", {{kCopy, Status::wrong}}, -1})});
  const auto better = campaign.work(kFirst, "better.jsonl", {"boot-1", {}, 1});
  rewrite(better, [](nlohmann::json& record) {
    if (record.contains("step")) record["step"] = "s000001.1";
    if (record.contains("attempt")) record["attempt"] = 1;
  });
  expect_refused(campaign.collect({better}, true), "the campaign has memory/device/copy:f64 from elsewhere");
}

TEST_F(CollectTest, ACompleteCampaignTakesNothingMore) {
  const auto campaign = emitted(two_nodes("launches = 1\nretries = 0"));
  const auto first = campaign.work(kFirst, "1.jsonl");
  const auto second = campaign.work(kSecond, "2.jsonl", {"boot-1", {{kCopy, Status::crashed}}, -1});
  ASSERT_EQ(campaign.collect({first, second}).end, CampaignEnd::complete);
  const std::string before = read_file(campaign.journal());
  const auto more = campaign.work(kSecond, "more.jsonl");
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
  const auto first = campaign.work(kFirst, "1.jsonl");
  // Three launches go wrong; the machine dies in the fourth and is not seen again.
  const auto second = campaign.work(kSecond, "2.jsonl", {"boot-2", {{kCopy, Status::crashed}}, 3});
  const Collected collected = campaign.collect({first, second});
  EXPECT_EQ(collected.end, CampaignEnd::complete);
  EXPECT_EQ(campaign.ends().count("rack1/node2/dev0 memory/device/copy:f64 launch 3 attempt 0: skipped"), 1u);
}

TEST_F(CollectTest, ResumeDoesWhatIsLeft) {
  SmallCampaign small = two_nodes();
  small.scripts = {"ok", "ok"};
  {
    const auto campaign = emitted(small);
    campaign.collect({campaign.work(kFirst, "1.jsonl", {"boot-1", {}, 2})});  // one launch
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
  expect_refused(campaign.collect({campaign.work(kFirst, "1.jsonl")}), "with other content");
  EXPECT_EQ(campaign.ends().count("rack1/node1/dev0 memory/device/copy:f64 launch 0 attempt 0: preempted"),
            1u);
  campaign.emit();
  EXPECT_EQ(campaign.bundle(kFirst).bundle.steps.size(), 2u) << "another attempt, and what did not begin";
}

TEST_F(CollectTest, ACampaignInUseIsLeftAlone) {
  const auto campaign = emitted(two_nodes());
  const auto first = campaign.work(kFirst, "1.jsonl");
  const Journal used = Journal::resume(campaign.journal());
  EXPECT_THROW(campaign.collect({first}), Error);
}

}  // namespace
}  // namespace rackproof
