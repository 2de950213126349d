// Ctrl-C and --resume.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iterator>

#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

/// Another process that sends this one SIGINT, as from a terminal, a second after a number of workers were
/// started. The signal stays pending while the campaign ends: it must not kill this process when the campaign
/// lets signals through again.
class Interruption {
 public:
  Interruption(const std::filesystem::path& logs, std::ptrdiff_t workers) {
    const pid_t target = ::getpid();
    pid_ = ::fork();
    if (pid_ != 0) return;
    std::error_code not_yet;
    for (int i = 0; i < 1000; ++i) {
      if (std::distance(std::filesystem::directory_iterator(logs, not_yet),
                        std::filesystem::directory_iterator()) >= workers)
        break;
      ::usleep(10'000);
    }
    ::usleep(1'000'000);
    ::kill(target, SIGINT);
    ::_exit(0);
  }
  ~Interruption() { ::waitpid(pid_, nullptr, 0); }

 private:
  pid_t pid_ = -1;
};

class InterruptTest : public ::testing::Test {
 protected:
  ~InterruptTest() override { std::filesystem::remove_all(folder_); }
  Journalled interrupted(const SmallCampaign& campaign, bool resume = false) {
    const Interruption interruption(folder_ / "logs", std::ssize(campaign.scripts));
    return run(campaign, folder_, resume);
  }
  std::filesystem::path folder_ = new_folder();
};

TEST_F(InterruptTest, ClosesTheOpenCaseAsPreempted) {
  SmallCampaign campaign;
  campaign.scripts = {"hang"};
  const auto journalled = interrupted(campaign);
  EXPECT_EQ(journalled.end, CampaignEnd::interrupted);
  EXPECT_EQ(journalled.of("campaign_end").at(0).at("ended"), 1);
  ASSERT_EQ(journalled.case_ends().size(), 1u);
  EXPECT_EQ(journalled.case_ends()[0].outcome.status, Status::preempted);
  EXPECT_EQ(journalled.case_ends()[0].outcome.phase, Phase::measure);
}

TEST_F(InterruptTest, EndsAWorkerThatIgnoresTermination) {
  SmallCampaign campaign;
  campaign.scripts = {"hang_deaf"};
  const auto begin = std::chrono::steady_clock::now();
  const auto journalled = interrupted(campaign);
  EXPECT_EQ(journalled.end, CampaignEnd::interrupted);
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 12);
  EXPECT_EQ(journalled.case_ends().at(0).outcome.status, Status::preempted);
}

TEST_F(InterruptTest, ResumeDoesOnlyWhatIsNotFinished) {
  SmallCampaign campaign;
  campaign.scripts = {"ok", "hang_first"};
  ASSERT_EQ(interrupted(campaign).end, CampaignEnd::interrupted);
  const auto journalled = run(campaign, folder_, true);
  EXPECT_EQ(journalled.end, CampaignEnd::complete);
  EXPECT_EQ(journalled.case_ends(kCopy, "rack1/node1/dev0").size(), 1u);
  const auto second = journalled.case_ends(kCopy, "rack1/node2/dev0");
  ASSERT_EQ(second.size(), 2u);
  EXPECT_EQ(second[0].outcome.status, Status::preempted);
  EXPECT_EQ(second[1].outcome.status, Status::ok);
  EXPECT_EQ(second[1].attempt, 1);
  // A start after the resumption never takes the name of an earlier one.
  const auto begins = journalled.of("step_begin");
  ASSERT_EQ(begins.size(), 3u);
  EXPECT_NE(begins[1].at("step"), begins[2].at("step"));
  EXPECT_EQ(journalled.of("campaign").size(), 1u);
  EXPECT_EQ(journalled.last.steps_done, 2u);
}

TEST_F(InterruptTest, ResumeRemembersWhoAnswered) {
  SmallCampaign campaign;
  campaign.scripts = {"ok", "hang_before_hello_first"};
  campaign.site_settings = "";
  campaign.settings = "launches = 1\nretries = 0";
  ASSERT_EQ(interrupted(campaign).end, CampaignEnd::interrupted);
  const auto journalled = run(campaign, folder_, true);
  const auto second = journalled.case_ends(kCopy, "rack1/node2/dev0");
  ASSERT_EQ(second.size(), 2u);
  EXPECT_EQ(second[1].outcome.status, Status::failed);
  EXPECT_NE(second[1].outcome.reason.find("two site entries for one machine"), std::string::npos)
      << second[1].outcome.reason;
}

}  // namespace
}  // namespace rackproof
