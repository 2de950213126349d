// The harness killed at the calls by which it writes what a campaign keeps: --resume loses no case, repeats none that was
// finished, and ends with the content of a run that nobody disturbed.
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>

#include "tests/e2e/process_table.hpp"
#include "tests/e2e/short_campaign.hpp"
#include "tests/e2e/system_calls.hpp"

namespace rackproof::e2e {

namespace {

using nlohmann::json;

constexpr std::size_t kPointsInCi = 20;

/// What a person may find after the kill is sound, or not there.
void expect_sound(const ShortCampaign& campaign, const Remains& remains) {
  EXPECT_TRUE(!remains.begun || campaign.records("campaign").size() == 1) << "a journal explains itself";
  if (campaign.has("results.h5")) {
    EXPECT_EQ(campaign.shown().at("ended"), "complete");
  }
  if (remains.finalised) {
    EXPECT_EQ(run_command({rackproof_program(), "verify", campaign.output()}).exit_code, 0);
  }
}

void expect_same(const json& content, const json& undisturbed) {
  EXPECT_EQ(content, undisturbed) << json::diff(undisturbed, content).dump(2);
}

/// Runs a campaign whose harness is killed at a call. How many samples a run writes to its journal differs from run to run:
/// one that ended before that is no campaign for this test, and the next is killed earlier.
std::unique_ptr<ShortCampaign> killed_campaign(SystemCall call) {
  while (true) {
    auto campaign = std::make_unique<ShortCampaign>();
    const Finished killed =
        run_command(killed_at(call, *campaign, campaign->run_arguments()), campaign->options());
    if (killed.signal == SIGKILL) return campaign;
    const bool is_sample = call.file == "journal.jsonl" && call.number > 1;
    EXPECT_TRUE(is_sample && killed.exit_code == 0) << killed.exit_code << killed.out << killed.err;
    if (!is_sample) return campaign;
    call.number = std::max(1, call.number - 4);
  }
}

void kill_and_resume(const SystemCall& call, const json& undisturbed) {
  SCOPED_TRACE("killed at " + call.text());
  const auto killed = killed_campaign(call);
  const ShortCampaign& campaign = *killed;
  const Remains remains(campaign);
  expect_sound(campaign, remains);
  complete(campaign, remains);
  expect_everything_once(campaign, remains);
  expect_same(campaign.content(), undisturbed);
}

/// `count` of the calls, the first and the last among them, at equal distances.
std::vector<SystemCall> spread(const std::vector<SystemCall>& calls, std::size_t count) {
  std::vector<SystemCall> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(calls.at(i * (calls.size() - 1) / (count - 1)));
  return chosen;
}

/// An undisturbed run: its calls in two parts, up to the end of measuring and the rest, and its content.
struct Undisturbed {
  std::vector<SystemCall> measuring;
  std::vector<SystemCall> finalisation;
  json content;
};

Undisturbed undisturbed_run() {
  const ShortCampaign campaign;
  const auto calls = changing_calls(campaign, campaign.run_arguments());
  const auto first = std::ranges::find(calls, "results.h5.tmp", &SystemCall::file);
  return {{calls.begin(), first}, {first, calls.end()}, campaign.content()};
}

class KilledHarness : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_tracing(); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_F(KilledHarness, LosesNothingAtTwentyPoints) {
  const Undisturbed undisturbed = undisturbed_run();
  ASSERT_FALSE(undisturbed.finalisation.empty());
  auto points = spread(undisturbed.measuring, kPointsInCi / 2);
  const auto last = spread(undisturbed.finalisation, kPointsInCi / 2);
  points.insert(points.end(), last.begin(), last.end());
  for_each_at_once(points, [&](const SystemCall& call) { kill_and_resume(call, undisturbed.content); });
}

TEST_F(KilledHarness, LosesNothingWhenItIsKilledAgain) {
  const json undisturbed = undisturbed_run().content;
  const std::vector<SystemCall> calls{{"fsync", "", 1},  // when the manifest has gone
                                      {"rename", "results.h5.tmp", 1},
                                      {"rename", "report.html.tmp", 1},
                                      {"openat", "manifest.sha256.tmp", 1}};
  for_each_at_once(calls, [&](const SystemCall& call) {
    SCOPED_TRACE("resumed and killed at " + call.text());
    const ShortCampaign campaign(1);
    RunningCommand run(campaign.run_arguments(), campaign.options());
    EXPECT_TRUE(eventually(60, [&] { return !campaign.records("hello").empty(); }));
    run.signal(SIGINT);
    EXPECT_EQ(run.wait().exit_code, 130);
    EXPECT_EQ(campaign.shown().at("ended"), "interrupted");
    EXPECT_TRUE(campaign.has("manifest.sha256"));
    const Finished killed =
        run_command(killed_at(call, campaign, campaign.run_arguments({"--resume"})), campaign.options());
    EXPECT_EQ(killed.signal, SIGKILL) << killed.exit_code << killed.out << killed.err;
    EXPECT_FALSE(campaign.has("manifest.sha256")) << "nothing vouches for files of two states";
    complete(campaign, Remains(campaign));
    expect_each_ok_once(campaign);
    expect_same(campaign.content(), undisturbed);
  });
}

/// Long: see CMakeLists.txt.
TEST_F(KilledHarness, DISABLED_LosesNothingAtAnyPoint) {
  const Undisturbed undisturbed = undisturbed_run();
  auto points = undisturbed.measuring;
  points.insert(points.end(), undisturbed.finalisation.begin(), undisturbed.finalisation.end());
  RecordProperty("points", static_cast<int>(points.size()));
  for_each_at_once(points, [&](const SystemCall& call) { kill_and_resume(call, undisturbed.content); });
}

}  // namespace

}  // namespace rackproof::e2e
