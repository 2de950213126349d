#include "harness/launch/archive.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "harness/base/error.hpp"
#include "harness/launch/process.hpp"
#include "harness/record/durable_file.hpp"
#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;

class ArchiveTest : public ::testing::Test {
 protected:
  ~ArchiveTest() override { fs::remove_all(folder_); }
  fs::path file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  int tar(Command arguments) {
    arguments.insert(arguments.begin(), "tar");
    return Process(arguments, folder_ / "log").finish(60);
  }
  fs::path folder_ = new_folder();
};

TEST_F(ArchiveTest, TarReadsIt) {
  const std::string large(3'000'001, 'x');
  write_archive({{"lib/b.so", file("b", large)},
                 {"bin/a", file("a", "hello")},
                 {"bin/empty", file("e", "")},
                 {"bin/block", file("k", std::string(512, '\0'))}},
                folder_ / "archive.tar");
  fs::create_directories(folder_ / "out");
  ASSERT_EQ(tar({"-xf", folder_ / "archive.tar", "-C", folder_ / "out"}), 0) << read_file(folder_ / "log");
  EXPECT_EQ(read_file(folder_ / "log"), "");
  EXPECT_EQ(read_file(folder_ / "out/bin/a"), "hello");
  EXPECT_EQ(read_file(folder_ / "out/lib/b.so"), large);
  EXPECT_EQ(read_file(folder_ / "out/bin/empty"), "");
  EXPECT_EQ(read_file(folder_ / "out/bin/block"), std::string(512, '\0'));
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "out/bin/a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0755u);
  EXPECT_EQ(status.st_mtime, 0);
}

TEST_F(ArchiveTest, TheSameFilesGiveTheSameBytes) {
  const ArchiveMember a{"bin/a", file("a", "1")}, b{"bin/b", file("b", "2")};
  write_archive({a, b}, folder_ / "1.tar");
  // Another order, other times, owners and modes of the files.
  fs::last_write_time(a.file, fs::file_time_type::clock::now() + std::chrono::hours(5));
  fs::permissions(b.file, fs::perms::owner_read);
  write_archive({b, a}, folder_ / "2.tar");
  EXPECT_EQ(read_file(folder_ / "1.tar"), read_file(folder_ / "2.tar"));
  file("b", "3");
  write_archive({a, {"bin/b", folder_ / "b"}}, folder_ / "3.tar");
  EXPECT_NE(read_file(folder_ / "1.tar"), read_file(folder_ / "3.tar"));
}

TEST_F(ArchiveTest, WhatCannotBeArchivedLeavesNoArchive) {
  EXPECT_THROW(write_archive({{"a", folder_ / "missing"}}, folder_ / "archive.tar"), Error);
  EXPECT_THROW(write_archive({{"a", folder_}}, folder_ / "archive.tar"), Error);
  EXPECT_THROW(write_archive({{std::string(101, 'n'), file("a", "1")}}, folder_ / "archive.tar"), Error);
  EXPECT_FALSE(fs::exists(folder_ / "archive.tar"));
  EXPECT_THROW(write_archive({{"a", file("a", "1")}}, folder_ / "no/archive.tar"), Error);
}

}  // namespace
}  // namespace rackproof
