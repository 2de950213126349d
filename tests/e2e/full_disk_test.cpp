// A campaign on a disk that is full: it stops and says so, keeps what was recorded, and is completed when there is room.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>

#include "harness/base/error.hpp"
#include "tests/e2e/short_campaign.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 4096;
constexpr std::size_t kGivenFiles = 4;  // plan, site, limits, binaries: a block each

/// A file system of its own, in memory.
class SmallDisk {
 public:
  SmallDisk(fs::path place, const std::string& options) : place_(std::move(place)) {
    fs::create_directories(place_);
    if (::mount("tmpfs", place_.c_str(), "tmpfs", 0, options.c_str()) != 0)
      trouble_ = fmt::format("cannot mount: {}", ::strerror(errno));
  }
  ~SmallDisk() {
    if (trouble_.empty()) ::umount2(place_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// Why there is none: not root, or not allowed in a container.
  const std::string& trouble() const { return trouble_; }
  /// Fills it up to so many blocks.
  void leave(std::size_t blocks) const {
    struct statvfs status {};
    if (::statvfs(place_.c_str(), &status) != 0) throw Error("no statvfs");
    const std::size_t free = status.f_bavail * status.f_frsize / kBlock;
    write_new(ballast(), std::string((free - blocks) * kBlock, 'x'));
  }
  void make_room() const { fs::remove(ballast()); }

 private:
  fs::path ballast() const { return place_ / "ballast"; }

  fs::path place_;
  std::string trouble_;
};

class DiskCampaign : public ShortCampaign {
 public:
  /// Runs it, and expects that it stops for want of room.
  void expect_stop(const std::vector<std::string>& more = {}) const {
    const Finished stopped = run(more);
    EXPECT_EQ(stopped.exit_code, 3) << stopped.out << stopped.err;
    EXPECT_EQ(stopped.out, "") << "no verdict without its files";
    const std::string error = only_error(stopped);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "No space left on device", error);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "continue with --resume", error);
    expect_gone(*this);
    EXPECT_FALSE(read_journal(output() / "journal.jsonl").torn);
    EXPECT_FALSE(fs::exists(output() / "results.h5"));
    EXPECT_FALSE(fs::exists(output() / "results.h5.tmp")) << "it takes what little room is left";
  }
};

/// Goes on to the end. What had ended before stays, and every case ends ok once.
void expect_completion(const DiskCampaign& campaign) {
  const auto before = campaign.records("case_end");
  complete(campaign, Remains(campaign));
  expect_each_ok_once(campaign);
  const auto after = campaign.records("case_end");
  ASSERT_LE(before.size(), after.size());
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin())) << "what was durable stays as it was";
}

class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (!disk.trouble().empty()) GTEST_SKIP() << disk.trouble();
    fs::create_directory(campaign.folder() / "disk" / "out");
    fs::create_directory_symlink(campaign.folder() / "disk" / "out", campaign.output());
  }

  const DiskCampaign campaign;
  const SmallDisk disk{campaign.folder() / "disk", "size=4m"};
};

TEST_F(FullDisk, StopsTheCampaignWhichIsCompletedLater) {
  disk.leave(kGivenFiles + 5);  // campaign, both hellos, a few samples
  campaign.expect_stop();
  EXPECT_EQ(campaign.records("campaign_end").size(), 0u);
  EXPECT_EQ(campaign.records("hello").size(), 2u);
  campaign.expect_stop({"--resume"});
  disk.make_room();
  expect_completion(campaign);
}

TEST_F(FullDisk, KeepsTheJournalWhenTheResultsDoNotFit) {
  disk.leave(kGivenFiles + 16);  // the journal, and no results
  campaign.expect_stop();
  EXPECT_EQ(campaign.records("campaign_end").size(), 1u);
  disk.make_room();
  expect_completion(campaign);
}

TEST_F(FullDisk, LeavesNothingHalfBegun) {
  disk.leave(kGivenFiles - 1);
  const Finished stopped = campaign.run();
  EXPECT_EQ(stopped.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "No space left on device", only_error(stopped));
  EXPECT_FALSE(fs::exists(campaign.output() / "journal.jsonl"));
  disk.make_room();
  EXPECT_EQ(campaign.run().exit_code, 0) << "the same command starts it";
}

TEST_F(FullDisk, OfTheLogsStopsBeforeACaseIsBlamed) {
  disk.leave(kGivenFiles + 5);
  campaign.expect_stop();
  disk.make_room();
  {
    const SmallDisk logs(campaign.output() / "logs", "nr_inodes=1");  // which the folder itself is
    ASSERT_EQ(logs.trouble(), "");
    campaign.expect_stop({"--resume"});
  }
  expect_completion(campaign);
}

}  // namespace

}  // namespace rackproof::e2e
