#include "harness/record/durable_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "harness/base/error.hpp"

namespace rackproof {

TEST(DurableFile, IsThereWholeAndLeavesNoTemporary) {
  const auto path = std::filesystem::temp_directory_path() / "rackproof_durable_test";
  write_durably(path, "first");
  write_durably(path, "second");
  EXPECT_EQ(read_file(path), "second");
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".tmp"));
  write_durably(path, "");
  EXPECT_EQ(read_file(path), "");
  std::filesystem::remove(path);
}

TEST(DurableFile, AMissingFolderOrFileIsAnError) {
  EXPECT_THROW(write_durably("/nonexistent/folder/file", "x"), Error);
  EXPECT_THROW(read_file("/nonexistent/file"), Error);
  EXPECT_THROW(read_file("/tmp"), Error);
}

TEST(DurableFile, AFullDiskIsAnErrorAndTheOldFileStays) {
  const FileDescriptor full(::open("/dev/full", 1));
  ASSERT_TRUE(full);
  EXPECT_THROW(write_all(full.get(), "x"), Error);
}

}  // namespace rackproof
