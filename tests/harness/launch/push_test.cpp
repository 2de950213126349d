// What runs on a node to place the worker's files, run here.
#include "harness/launch/push.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <memory>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/running_step.hpp"
#include "harness/record/durable_file.hpp"
#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;

class PushTest : public ::testing::Test {
 protected:
  PushTest() {
    for (const char* part : {"bin", "lib/rackproof", "campaign"}) fs::create_directories(here_ / part);
    write(here_ / "bin/rackproof-worker", "#!/bin/sh\necho \"worker $*\"\n");
    write(here_ / "lib/rackproof/librackproof-mpi.so", std::string(300'000, 'm'));
    write(here_ / "lib/rackproof/librackproof-cpu.so", "cpu");
    write(here_ / "lib/rackproof/notes.txt", "no library");
  }
  ~PushTest() override { fs::remove_all(folder_); }

  static void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }
  Push push() const {
    return Push(node_, {here_ / "bin/rackproof-worker", here_ / "lib/rackproof/librackproof-mpi.so"},
                here_ / "campaign");
  }
  /// The exit status; `said_` is the last line of its errors.
  int place(const Push& push, const fs::path& input) {
    fs::remove(log_);
    const int status = Process(push.command(), log_, input).finish(60);
    said_ = last_log_line(log_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int place(const Push& push) { return place(push, push.archive()); }
  std::size_t entries() const {
    return fs::exists(node_) ? static_cast<std::size_t>(std::distance(fs::directory_iterator(node_), {})) : 0;
  }
  void expect_placed(const Push& push) const {
    EXPECT_EQ(read_file(push.files().worker), read_file(here_ / "bin/rackproof-worker"));
    EXPECT_EQ(read_file(push.files().module), read_file(here_ / "lib/rackproof/librackproof-mpi.so"));
    EXPECT_TRUE(fs::exists(push.files().module.parent_path() / "librackproof-cpu.so"));
    EXPECT_FALSE(fs::exists(push.files().module.parent_path() / "notes.txt"));
    EXPECT_EQ(::access(push.files().worker.c_str(), X_OK), 0);
    EXPECT_EQ(entries(), 1u);  // nothing else is left
  }

  fs::path folder_ = new_folder();
  fs::path here_ = folder_ / "here it's";  // names that a shell would take apart
  fs::path node_ = folder_ / "on $HOME node";
  fs::path log_ = folder_ / "log";
  std::string said_;
};

TEST_F(PushTest, PlacesTheFilesBelowTheDigestOfTheArchive) {
  const Push push = this->push();
  EXPECT_EQ(push.files().worker, node_ / sha256_file(push.archive()) / "bin/rackproof-worker");
  ASSERT_EQ(place(push), 0) << said_;
  expect_placed(push);
}

TEST_F(PushTest, TheSameFilesHaveTheSamePlaceAndOthersAnother) {
  const auto worker = push().files().worker;
  EXPECT_EQ(push().files().worker, worker);
  write(here_ / "lib/rackproof/librackproof-cpu.so", "another");
  EXPECT_NE(push().files().worker, worker);
}

TEST_F(PushTest, WhatIsThereIsNotSentAgain) {
  const Push push = this->push();
  ASSERT_EQ(place(push), 0);
  const auto placed = fs::last_write_time(push.files().worker.parent_path().parent_path());
  EXPECT_EQ(place(push, "/dev/null"), 0) << said_;  // it does not even read
  EXPECT_EQ(fs::last_write_time(push.files().worker.parent_path().parent_path()), placed);
  expect_placed(push);
}

TEST_F(PushTest, ADamagedArchiveIsNotUnpacked) {
  const Push push = this->push();
  std::string bytes = read_file(push.archive());
  bytes[bytes.size() / 2] ^= 1;
  write(folder_ / "damaged.tar", bytes);
  EXPECT_EQ(place(push, folder_ / "damaged.tar"), 1);
  EXPECT_NE(said_.find("arrived damaged: their SHA-256 is " + sha256(bytes)), std::string::npos) << said_;
  EXPECT_EQ(entries(), 0u);
}

TEST_F(PushTest, AnArchiveThatIsCutShortLeavesNothing) {
  const Push push = this->push();
  const std::string bytes = read_file(push.archive());
  for (const std::size_t length : {std::size_t{0}, std::size_t{1000}, bytes.size() - 1}) {
    write(folder_ / "cut.tar", bytes.substr(0, length));
    EXPECT_EQ(place(push, folder_ / "cut.tar"), 1) << length;
    EXPECT_NE(said_.find("arrived damaged"), std::string::npos) << said_;
    EXPECT_EQ(entries(), 0u) << length;
  }
  EXPECT_EQ(place(push), 0) << said_;
  expect_placed(push);
}

TEST_F(PushTest, OneThatIsEndedHalfwayLeavesNothing) {
  const Push push = this->push();
  Process process(push.command(), log_);
  process.say(read_file(push.archive()).substr(0, 5000));
  // In the middle of what it receives; a signal sooner can reach mktemp between making a folder and telling its name.
  const auto receives = [&] {
    return entries() == 1 && fs::exists(fs::directory_iterator(node_)->path() / "archive");
  };
  for (int i = 0; i < 500 && !receives(); ++i) ::usleep(10'000);
  ASSERT_TRUE(receives());
  process.signal(SIGTERM);
  EXPECT_NE(process.finish(20), 0);
  EXPECT_EQ(entries(), 0u);
}

TEST_F(PushTest, WhatIsDamagedOnTheNodeIsReplaced) {
  const Push push = this->push();
  ASSERT_EQ(place(push), 0);
  write(push.files().worker, "something else");
  EXPECT_EQ(place(push, "/dev/null"), 1);  // not taken for sound
  EXPECT_EQ(place(push), 0) << said_;
  expect_placed(push);
  fs::remove(push.files().module);
  EXPECT_EQ(place(push), 0) << said_;
  expect_placed(push);
}

TEST_F(PushTest, SeveralAtATimeDoNotBreakEachOther) {
  const Push push = this->push();
  std::array<std::unique_ptr<Process>, 6> processes;
  for (auto& process : processes) process = std::make_unique<Process>(push.command(), log_, push.archive());
  for (auto& process : processes) EXPECT_EQ(process->finish(60), 0) << last_log_line(log_);
  expect_placed(push);
}

TEST_F(PushTest, AFolderThatCannotBeMadeIsSaid) {
  write(node_, "a file");
  EXPECT_NE(place(push()), 0);
  EXPECT_NE(said_.find(node_.string()), std::string::npos) << said_;
}

TEST_F(PushTest, AFolderOfSomebodyElseIsNotTrusted) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  fs::create_directories(node_);
  ASSERT_EQ(::chown(node_.c_str(), 12345, 12345), 0);
  EXPECT_EQ(place(push()), 1);
  EXPECT_NE(said_.find("belongs to somebody else"), std::string::npos) << said_;
}

TEST_F(PushTest, AWorkerThatIsMissingHereIsAnError) {
  fs::remove(here_ / "bin/rackproof-worker");
  EXPECT_THROW(push(), Error);
}

}  // namespace
}  // namespace rackproof
