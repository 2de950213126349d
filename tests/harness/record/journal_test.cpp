#include "harness/record/journal.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    path_ = std::filesystem::temp_directory_path() / ("rackproof_journal_" + name);
    std::filesystem::remove(path_);
  }
  ~JournalTest() override { std::filesystem::remove(path_); }

  void write(int records) {
    Journal journal = Journal::create(path_);
    for (int i = 0; i < records; ++i) journal.append({{"type", "x"}, {"i", i}});
    journal.sync();
  }
  void append_raw(const std::string& bytes) {
    std::ofstream(path_, std::ios::app | std::ios::binary) << bytes;
  }

  std::filesystem::path path_;
};

TEST_F(JournalTest, RecordsComeBackInOrderWithTheirOffsets) {
  write(3);
  const JournalContent content = read_journal(path_);
  ASSERT_EQ(content.entries.size(), 3u);
  EXPECT_FALSE(content.torn);
  EXPECT_EQ(content.entries[2].record["i"], 2);
  EXPECT_EQ(content.entries[0].offset, 0);
  EXPECT_EQ(content.sound_bytes, static_cast<std::int64_t>(std::filesystem::file_size(path_)));
}

TEST_F(JournalTest, AnExistingJournalIsNeverOverwritten) {
  write(1);
  EXPECT_THROW(Journal::create(path_), Error);
  EXPECT_EQ(read_journal(path_).entries.size(), 1u);
}

TEST_F(JournalTest, ATornLastLineIsCutOffAndAppendedOver) {
  write(2);
  const auto sound = std::filesystem::file_size(path_);
  append_raw("@rp 1234");
  EXPECT_TRUE(read_journal(path_).torn);
  EXPECT_EQ(read_journal(path_).sound_bytes, static_cast<std::int64_t>(sound));
  {
    Journal journal = Journal::resume(path_);
    EXPECT_EQ(journal.offset(), static_cast<std::int64_t>(sound));
    journal.append({{"type", "y"}});
    journal.sync();
  }
  const JournalContent content = read_journal(path_);
  EXPECT_FALSE(content.torn);
  ASSERT_EQ(content.entries.size(), 3u);
  EXPECT_EQ(content.entries[2].record["type"], "y");
}

TEST_F(JournalTest, ADamagedLastLineIsForgivenADamagedMiddleIsNot) {
  write(2);
  append_raw("garbage\n");
  EXPECT_TRUE(read_journal(path_).torn);
  append_raw("more\n");
  try {
    read_journal(path_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(":3:"), std::string::npos) << error.what();
  }
}

TEST_F(JournalTest, OnlyOneWriterAtATime) {
  Journal journal = Journal::create(path_);
  EXPECT_THROW(Journal::resume(path_), Error);
}

TEST_F(JournalTest, BeginsWholeOrNotAtAll) {
  const std::filesystem::path draft = path_.string() + ".tmp";
  write_durably(draft, "@rp what a writer that died had beg");
  {
    Journal journal = Journal::begin(path_, {{"type", "campaign"}});
    EXPECT_FALSE(std::filesystem::exists(draft));
    EXPECT_THROW(Journal::resume(path_), Error) << "it holds the lock under the new name, too";
    journal.append({{"type", "x"}});
  }
  const JournalContent content = read_journal(path_);
  ASSERT_EQ(content.entries.size(), 2u);
  EXPECT_EQ(content.entries[0].record["type"], "campaign");
  EXPECT_THROW(Journal::begin(path_, {{"type", "campaign"}}), Error);
  EXPECT_EQ(read_journal(path_).entries.size(), 2u);
  EXPECT_FALSE(std::filesystem::exists(draft));
}

TEST_F(JournalTest, WhoBeginsOneAtTheSameTimeIsLeftAlone) {
  const std::filesystem::path draft = path_.string() + ".tmp";
  {
    const Journal other = Journal::create(draft);
    EXPECT_THROW(Journal::begin(path_, {{"type", "campaign"}}), Error);
    EXPECT_TRUE(std::filesystem::exists(draft));
  }
  std::filesystem::remove(draft);
}

/// Files of this process cannot grow beyond a size, as on a disk that is full.
class SizeLimit {
 public:
  explicit SizeLimit(std::uintmax_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, SIG_DFL);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST_F(JournalTest, ARecordThatDoesNotFitIsTakenBack) {
  write(2);
  const auto sound = std::filesystem::file_size(path_);
  {
    const SizeLimit limit(sound + 9);
    Journal journal = Journal::resume(path_);
    try {
      journal.append({{"type", "y"}});
      FAIL() << "it does not fit";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(path_.string()), std::string::npos) << error.what();
    }
  }
  EXPECT_EQ(std::filesystem::file_size(path_), sound);
  Journal::resume(path_).append({{"type", "y"}});
  EXPECT_EQ(read_journal(path_).entries.size(), 3u);
}

TEST_F(JournalTest, AFileThatDoesNotFitIsNotLeftHalfWritten) {
  write_durably(path_, "before");
  {
    const SizeLimit limit(100);
    EXPECT_THROW(write_durably(path_, std::string(1000, 'x')), Error);
  }
  EXPECT_EQ(read_file(path_), "before");
  EXPECT_FALSE(std::filesystem::exists(path_.string() + ".tmp"));
}

TEST_F(JournalTest, AMissingJournalIsAnError) { EXPECT_THROW(read_journal(path_), Error); }

TEST_F(JournalTest, RecordsThatStandTogetherAreAllThereOrNone) {
  write(2);
  const auto before = std::filesystem::file_size(path_);
  {
    Journal journal = Journal::resume(path_);
    journal.append_together({{{"type", "step_begin"}}, {{"type", "hello"}}, {{"type", "step_end"}}});
    journal.append({{"type", "x"}});
  }
  const std::string whole = read_file(path_);
  const auto last = static_cast<std::size_t>(read_journal(path_).entries.at(5).offset);
  for (std::size_t size = before; size <= whole.size(); ++size) {
    write_durably(path_, whole.substr(0, size));
    const JournalContent content = read_journal(path_);
    ASSERT_EQ(content.entries.size(), size < last ? 2u : size < whole.size() ? 5u : 6u) << size;
    ASSERT_EQ(content.sound_bytes, static_cast<std::int64_t>(size < last           ? before
                                                             : size < whole.size() ? last
                                                                                   : size))
        << size;
  }
  write_durably(path_, whole.substr(0, last - 1));
  Journal::resume(path_).append({{"type", "y"}});
  EXPECT_EQ(read_journal(path_).entries.size(), 3u);
}

TEST_F(JournalTest, OnlyAStepBeginClaimsWhatFollows) {
  {
    Journal journal = Journal::create(path_);
    journal.append({{"type", "hello"}, {"together", 1000}});
    journal.append({{"type", "step_begin"}, {"together", "many"}});
    journal.append({{"type", "step_begin"}, {"together", 0}});
  }
  EXPECT_EQ(read_journal(path_).entries.size(), 3u);
}

}  // namespace

}  // namespace rackproof
