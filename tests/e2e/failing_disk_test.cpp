// A disk that fails, is mounted again read-only, or has gone: the campaign stops with one line and exit 3, and claims nothing.
#include <gtest/gtest.h>

#include "tests/e2e/process_table.hpp"
#include "tests/e2e/short_campaign.hpp"
#include "tests/e2e/system_calls.hpp"

namespace rackproof::e2e {

namespace {

class FailingDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_tracing(); !why.empty()) GTEST_SKIP() << why;
  }
};

/// One call of the harness that fails.
struct FailingCall {
  SystemCall call;
  const char* error;  ///< "EIO"
};

/// Of a disk that fails or was mounted again read-only: a line that says so, exit 3, no verdict.
TEST_F(FailingDisk, IsNeverTakenForGood) {
  const std::vector<FailingCall> failing{
      {{"openat", "site.toml.tmp", 1}, "EROFS"},    {{"fsync", "journal.jsonl.tmp", 1}, "EIO"},
      {{"write", "journal.jsonl", 5}, "EIO"},       {{"fdatasync", "journal.jsonl", 1}, "EIO"},
      {{"pwrite64", "results.h5.tmp", 1}, "EIO"},   {{"pwrite64", "results.h5.tmp", 20}, "EIO"},
      {{"fsync", "results.h5.tmp", 1}, "EIO"},      {{"rename", "results.h5.tmp", 1}, "EROFS"},
      {{"fsync", "verdicts.h5.tmp", 1}, "EIO"},     {{"openat", "report.html.tmp", 1}, "EROFS"},
      {{"fsync", "manifest.sha256.tmp", 1}, "EIO"},
  };
  for_each_at_once(failing, [](const FailingCall& one) {
    SCOPED_TRACE(std::string(one.error) + " at " + one.call.text());
    const ShortCampaign campaign;
    const Finished failed =
        run_command(failing_at(one.call, one.error, campaign, campaign.run_arguments()), campaign.options());
    EXPECT_EQ(failed.exit_code, 3) << failed.out << failed.err;
    EXPECT_EQ(failed.out, "");
    const std::string error =
        one.error == std::string("EIO") ? "Input/output error" : "Read-only file system";
    EXPECT_PRED_FORMAT2(testing::IsSubstring, error, only_error(failed));
    const Remains remains(campaign);
    EXPECT_FALSE(remains.finalised);
    complete(campaign, remains);
    expect_everything_once(campaign, remains);
  });
}

TEST(VanishedFolder, IsNoResult) {
  const ShortCampaign campaign;
  RunningCommand run(campaign.run_arguments(), campaign.options());
  ASSERT_TRUE(eventually(30, [&] { return !campaign.records("hello").empty(); })) << run.wait().err;
  std::filesystem::rename(campaign.output(), campaign.folder() / "elsewhere");
  const Finished finished = run.wait();
  EXPECT_EQ(finished.exit_code, 3) << finished.out << finished.err;
  EXPECT_EQ(finished.out, "");
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "continue with --resume", only_error(finished));
  std::filesystem::rename(campaign.folder() / "elsewhere", campaign.output());
  EXPECT_EQ(campaign.run({"--resume"}).exit_code, 0) << "what was recorded is still there";
}

}  // namespace

}  // namespace rackproof::e2e
