// When a campaign stops although something is left, and what it takes up again.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

class CampaignStopTest : public ::testing::Test {
 protected:
  ~CampaignStopTest() override { std::filesystem::remove_all(folder_); }

  static std::vector<std::string> evidence_of(const Journalled& journalled, const std::string& kind) {
    std::vector<std::string> found;
    for (const auto& notice : journalled.of("notice")) {
      if (notice.at("kind") == kind) found.push_back(notice.at("evidence"));
    }
    return found;
  }

  std::filesystem::path folder_ = new_folder();
};

/// Twelve targets, one after the other, of which the first `bad` fail.
SmallCampaign with_trouble(std::size_t bad, const std::string& settings) {
  SmallCampaign campaign;
  campaign.scripts.assign(12, "ok");
  std::fill_n(campaign.scripts.begin(), bad, "fails");
  campaign.settings = "launches = 1\nretries = 0\n" + settings;
  campaign.site_settings = "virtual_on = \"here\"\nslots = 1";
  return campaign;
}

TEST_F(CampaignStopTest, MoreTroubleThanTheStopShareStopsIt) {
  const auto journalled = run(with_trouble(6, "stop_share = 0.5"), folder_);
  EXPECT_EQ(journalled.end, CampaignEnd::stopped);
  EXPECT_EQ(journalled.of("step_begin").size(), 10u) << "with fewer a share says nothing";
  EXPECT_EQ(evidence_of(journalled, "stopped"),
            std::vector<std::string>{"machinery trouble on 6 of 10 targets"});
  EXPECT_EQ(journalled.records.back().at("ended"), 1);
}

TEST_F(CampaignStopTest, AsMuchAsTheStopShareDoesNot) {
  const auto journalled = run(with_trouble(5, "stop_share = 0.5"), folder_);
  EXPECT_EQ(journalled.end, CampaignEnd::complete);
  EXPECT_EQ(journalled.of("step_begin").size(), 12u);
  EXPECT_TRUE(evidence_of(journalled, "stopped").empty());
}

TEST_F(CampaignStopTest, TroubleThatARetryEndedDoesNotCount) {
  SmallCampaign campaign = with_trouble(0, "stop_share = 0.5");
  campaign.scripts.assign(12, "fails_first");
  campaign.settings = "launches = 1\nretries = 1\nstop_share = 0.5";
  EXPECT_EQ(run(campaign, folder_).end, CampaignEnd::complete);
}

TEST_F(CampaignStopTest, OverItsTimeItStopsAndKeepsWhatItHas) {
  SmallCampaign campaign = with_trouble(0, "campaign_time_limit = \"2 s\"");
  campaign.scripts = {"ok", "hang", "ok"};
  const auto journalled = run(campaign, folder_);
  EXPECT_EQ(journalled.end, CampaignEnd::stopped);
  EXPECT_EQ(evidence_of(journalled, "stopped"),
            std::vector<std::string>{"the campaign did not end within 2 s"});
  EXPECT_EQ(journalled.case_ends().at(0).outcome.status, Status::ok);
  const auto cut = journalled.case_ends(kCopy, "rack1/node2/dev0");
  ASSERT_EQ(cut.size(), 1u);
  EXPECT_EQ(cut[0].outcome, (Outcome{Status::preempted, Phase::measure, "the campaign was stopped"}));
  EXPECT_TRUE(journalled.case_ends(kCopy, "rack1/node3/dev0").empty());

  campaign.settings = "launches = 1\nretries = 0";
  campaign.scripts[1] = "ok";
  const auto resumed = run(campaign, folder_, true);
  EXPECT_EQ(resumed.end, CampaignEnd::complete);
  EXPECT_EQ(resumed.case_ends().size(), 1u);
  EXPECT_EQ(resumed.case_ends(kCopy, "rack1/node2/dev0").back().outcome.status, Status::ok);
  EXPECT_EQ(resumed.case_ends(kCopy, "rack1/node3/dev0").size(), 1u);
}

/// Two nodes that are asked who they are, each with a boot id of its own.
SmallCampaign asked_nodes(const std::string& boot_suffix) {
  SmallCampaign campaign;
  campaign.scripts = {"unusable_first", "ok"};
  campaign.settings = "launches = 2\nretries = 0";
  campaign.site_settings = "launcher = \"template\"\n[launch]\non_node = [\"env\", \"FAKE_BOOT_ID={node}" +
                           boot_suffix + "\", \"{worker}\", \"{args}\"]\n";
  return campaign;
}

TEST_F(CampaignStopTest, ANodeOnWhichAProcessSurvivesSigkillIsUsedAgainAfterItsNextBoot) {
  const std::string reason = "unusable until reboot: process 7 survives SIGKILL";
  const auto expect_given_up = [&](const CaseEnd& end) {
    EXPECT_EQ(end.outcome, (Outcome{Status::failed, Phase::launch, reason}));
  };
  auto journalled = run(asked_nodes(""), folder_);
  EXPECT_EQ(journalled.end, CampaignEnd::complete);
  EXPECT_EQ(evidence_of(journalled, "unusable until reboot"),
            std::vector<std::string>{"process 7 survives SIGKILL"});
  auto ends = journalled.case_ends();
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_EQ(ends[0].outcome.status, Status::preempted);
  expect_given_up(ends[1]);
  EXPECT_EQ(journalled.case_ends(kCopy, "rack1/node2/dev0").size(), 2u);

  journalled = run(asked_nodes(""), folder_, true);
  ends = journalled.case_ends();
  ASSERT_EQ(ends.size(), 4u) << "both launches, without a worker";
  expect_given_up(ends[2]);
  expect_given_up(ends[3]);
  EXPECT_TRUE(evidence_of(journalled, "unplanned boot").empty());

  journalled = run(asked_nodes("-later"), folder_, true);
  ends = journalled.case_ends();
  ASSERT_EQ(ends.size(), 6u);
  EXPECT_EQ(ends[4].outcome.status, Status::ok);
  EXPECT_EQ(ends[5].outcome.status, Status::ok);
  EXPECT_EQ(journalled.case_ends(kCopy, "rack1/node2/dev0").size(), 2u) << "nothing is done twice";
}

}  // namespace
}  // namespace rackproof
