// What is no journal of a worker of the campaign, or says what nobody asked for, is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/record/framing.hpp"
#include "tests/harness/launch/two_detached_nodes.hpp"

namespace rackproof {
namespace {

TEST_F(CollectTest, AJournalOfAnotherCampaignIsRefused) {
  const auto other_folder = folder_ / "other";
  fs::create_directories(other_folder);
  const DetachedCampaign other(two_nodes(), other_folder);
  other.emit();
  const auto campaign = emitted(two_nodes());
  const std::string before = read_file(campaign.journal());
  expect_refused(campaign.collect({other.work(kFirstNode, "1.jsonl")}), "is of campaign ");
  EXPECT_TRUE(campaign.records("step_begin").empty());
  EXPECT_EQ(read_file(campaign.journal()).substr(0, before.size()), before);
}

TEST_F(CollectTest, WhatIsNoJournalOfAWorkerIsRefusedAndTheOthersAreTaken) {
  const auto campaign = emitted(two_nodes());
  const auto notes = folder_ / "notes.jsonl";
  write_durably(notes, "hello\n");
  const Collected collected =
      campaign.collect({notes, campaign.work(kFirstNode, "1.jsonl"), folder_ / "none.jsonl"});
  EXPECT_EQ(collected.steps_new, 2u);
  expect_refused(collected, "is no journal of a worker", 2);
}

TEST_F(CollectTest, AJournalThatWasDamagedIsRefused) {
  const auto campaign = emitted(two_nodes());
  const auto first = campaign.work(kFirstNode, "1.jsonl");
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
    const auto first = campaign.work(kFirstNode, "1.jsonl");
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
        campaign.work(kFirstNode, "1.jsonl", {"boot-1", {}, 1});  // closed below: no digest to match
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
  const auto first = campaign.work(kFirstNode, "1.jsonl");
  const auto other = campaign.work(kFirstNode, "1b.jsonl", {"boot-9", {{kScale, Status::wrong}}, -1});
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
  const auto first = campaign.work(kFirstNode, "1.jsonl", {"boot-1", {}, -1});
  const auto same = campaign.work(kSecondNode, "2.jsonl", {"boot-1", {}, -1});
  expect_refused(campaign.collect({first, same}), "two site entries for one machine", 2);
  EXPECT_EQ(campaign.records("step_begin").size(), 2u);
  EXPECT_TRUE(campaign.records("notice").empty());
  const auto right = campaign.work(kSecondNode, "2b.jsonl", {"boot-2", {}, -1});
  EXPECT_EQ(campaign.collect({right}).end, CampaignEnd::complete);
}

TEST_F(CollectTest, AStepThatIsNotTakenSaysNothingAboutWhoAnswers) {
  SmallCampaign small = two_nodes();
  small.site_settings = "";
  const auto campaign = emitted(small);
  // A made-up journal claims the second node's machine for the first.
  const auto made_up = campaign.work(kFirstNode, "x.jsonl", {"boot-2", {}, -1});
  rewrite(made_up, [](nlohmann::json& record) {
    if (record.at("type") == "case_end") record["iterations"] = 77;
  });
  const auto first = campaign.work(kFirstNode, "1.jsonl", {"boot-1", {}, -1});
  const auto second = campaign.work(kSecondNode, "2.jsonl", {"boot-2", {}, -1});
  const Collected collected = campaign.collect({made_up, first, second});
  expect_refused(collected, "x.jsonl", 2);
  EXPECT_EQ(collected.end, CampaignEnd::complete);
}

TEST_F(CollectTest, WhatWasMeasuredOtherwiseMeanwhileIsRefused) {
  const auto campaign = emitted(two_nodes("launches = 1"));
  // Two people run the node's bundle; one journal is closed, what it left is emitted again and collected.
  const auto shorter = campaign.work(kFirstNode, "shorter.jsonl", {"boot-1", {}, 0});
  campaign.collect({shorter}, true);
  const auto late = campaign.work(kFirstNode, "late.jsonl");
  rewrite(late, [](nlohmann::json& record) {
    if (record.contains("step")) record["step"] = "s000001.7";
  });
  expect_refused(campaign.collect({late}), "does not follow");  // the digest counts the step, too
  campaign.emit();
  EXPECT_EQ(campaign.bundle(kFirstNode).bundle.steps.size(), 2u);
  const auto again = campaign.work(kFirstNode, "again.jsonl");
  const auto twice = campaign.work(kFirstNode, "twice.jsonl", {"boot-3", {}, -1});
  EXPECT_TRUE(campaign.collect({again}).refused.empty());
  expect_refused(campaign.collect({twice}), "with other content", 2);
}

TEST_F(CollectTest, AFinishedCaseIsNotMeasuredUntilItLooksBetter) {
  const auto campaign = emitted(two_nodes("launches = 1\nretries = 3"));
  campaign.collect({campaign.work(kFirstNode, "1.jsonl", {"boot-1", {{kCopy, Status::wrong}}, -1})});
  const auto better = campaign.work(kFirstNode, "better.jsonl", {"boot-1", {}, 1});
  rewrite(better, [](nlohmann::json& record) {
    if (record.contains("step")) record["step"] = "s000001.1";
    if (record.contains("attempt")) record["attempt"] = 1;
  });
  expect_refused(campaign.collect({better}, true), "the campaign has memory/device/copy:f64 from elsewhere");
}

}  // namespace
}  // namespace rackproof
