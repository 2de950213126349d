#include "harness/record/worker_journal.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/record/framing.hpp"

namespace rackproof {

namespace {

const std::string kCopy = "memory/device/copy:f64";
const std::string kScale = "memory/device/scale:f64";

class WorkerJournalTest : public testing::Test {
 protected:
  WorkerJournalTest() {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    path_ = std::filesystem::temp_directory_path() / ("rackproof_worker_journal_" + name);
    std::filesystem::remove(path_);
    bundle_.sha256 = "digest";
    bundle_.bundle.campaign = "c-1";
    for (const char* id : {"s000001.0", "s000002.0"}) {
      BundleStep step;
      step.step = id;
      step.target = "rack1/node1/dev0";
      step.cases = {kCopy, kScale};
      step.backend = "fault";
      bundle_.bundle.steps.push_back(step);
    }
  }
  ~WorkerJournalTest() override { std::filesystem::remove(path_); }

  const BundleStep& step(std::size_t i) const { return bundle_.bundle.steps[i]; }

  static void append(WorkerJournal& journal, StepLedger& ledger, nlohmann::json record) {
    record["step"] = ledger.step().step;
    ASSERT_TRUE(ledger.see(record)) << record;
    journal.append(record);
  }
  static void greet(WorkerJournal& journal, StepLedger& ledger) { append(journal, ledger, Hello{}); }
  static void begin_case(WorkerJournal& journal, StepLedger& ledger, const std::string& id) {
    append(journal, ledger, CaseBegin{id, ledger.step().target, 0, 0, 1});
  }
  static void end_case(WorkerJournal& journal, StepLedger& ledger) {
    append(journal, ledger, ledger.on_behalf({Status::ok, Phase::finish, ""}));
  }
  static void do_step(WorkerJournal& journal, const BundleStep& step) {
    StepLedger ledger = journal.begin(step);
    greet(journal, ledger);
    for (const auto& id : ledger.left()) {
      begin_case(journal, ledger, id);
      end_case(journal, ledger);
    }
    append(journal, ledger, ledger.end());
  }

  /// Why the journal is not taken up; empty when it is.
  std::string refusal() {
    try {
      const WorkerJournal journal(path_, bundle_);
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  }

  BundleFile bundle_;
  std::filesystem::path path_;
};

TEST_F(WorkerJournalTest, IsReadStepByStep) {
  {
    WorkerJournal journal(path_, bundle_);
    do_step(journal, step(0));
    do_step(journal, step(1));
  }
  const WorkerJournalContent content = read_worker_journal(path_);
  EXPECT_EQ(content.campaign, "c-1");
  EXPECT_EQ(content.bundle_sha256, "digest");
  ASSERT_EQ(content.steps.size(), 2u);
  EXPECT_EQ(content.steps[1].step.step, "s000002.0");
  EXPECT_EQ(content.steps[1].step.cases, step(1).cases);
  EXPECT_EQ(content.steps[1].records.size(), 6u);  // hello, two cases, end
}

TEST_F(WorkerJournalTest, ATakenUpStepGoesOnWhereItWas) {
  {
    WorkerJournal journal(path_, bundle_);
    do_step(journal, step(0));
    StepLedger ledger = journal.begin(step(1));
    greet(journal, ledger);
    begin_case(journal, ledger, kCopy);
  }
  WorkerJournal journal(path_, bundle_);
  EXPECT_TRUE(journal.left(step(0)).empty());
  EXPECT_EQ(journal.left(step(1)), std::vector{kScale});
  EXPECT_TRUE(journal.begin(step(0)).ended());
  StepLedger ledger = journal.begin(step(1));
  EXPECT_EQ(ledger.step().backend, "fault");
  EXPECT_EQ(ledger.left(), std::vector{kScale});
  ASSERT_EQ(ledger.ended_cases().size(), 1u);
  EXPECT_EQ(ledger.ended_cases()[0].outcome.status, Status::preempted);
  EXPECT_EQ(ledger.ended_cases()[0].case_id, kCopy);
  begin_case(journal, ledger, kScale);
  end_case(journal, ledger);
  append(journal, ledger, ledger.end());
  EXPECT_EQ(read_worker_journal(path_).steps.size(), 2u);
}

TEST_F(WorkerJournalTest, AStepThatLacksItsEndOnlyIsEnded) {
  {
    WorkerJournal journal(path_, bundle_);
    StepLedger ledger = journal.begin(step(0));
    greet(journal, ledger);
    for (const auto& id : {kCopy, kScale}) {
      begin_case(journal, ledger, id);
      end_case(journal, ledger);
    }
  }
  WorkerJournal journal(path_, bundle_);
  EXPECT_TRUE(journal.begin(step(0)).ended());
  EXPECT_EQ(read_worker_journal(path_).steps[0].records.back().at("type"), "end");
}

TEST_F(WorkerJournalTest, ATornLineIsWrittenOver) {
  for (const std::string torn : {"@rp 0123abcd {\"type\":", "@r"}) {
    std::filesystem::remove(path_);
    {
      WorkerJournal journal(path_, bundle_);
      do_step(journal, step(0));
    }
    std::ofstream(path_, std::ios::app) << torn;
    {
      WorkerJournal journal(path_, bundle_);
      do_step(journal, step(1));
    }
    EXPECT_EQ(read_worker_journal(path_).steps.size(), 2u);
    write_durably(path_, torn);  // the machine died while the first line was written
    {
      WorkerJournal journal(path_, bundle_);
      do_step(journal, step(0));
    }
    EXPECT_EQ(read_worker_journal(path_).steps.size(), 1u);
  }
}

TEST_F(WorkerJournalTest, TheJournalOfAnotherBundleIsRefused) {
  { WorkerJournal journal(path_, bundle_); }
  const std::string before = read_file(path_);
  bundle_.sha256 = "other";
  EXPECT_NE(refusal().find("is the journal of another bundle"), std::string::npos) << refusal();
  EXPECT_EQ(read_file(path_), before);
}

TEST_F(WorkerJournalTest, AnotherFileIsNotTouched) {
  for (const std::string text : {"notes without an end", "notes\n"}) {
    write_durably(path_, text);
    EXPECT_NE(refusal().find("is no journal"), std::string::npos) << refusal();
    EXPECT_THROW(read_worker_journal(path_), Error);
    EXPECT_EQ(read_file(path_), text);
  }
  write_durably(path_, frame({{"type", "campaign"}, {"id", "c-1"}}));
  EXPECT_NE(refusal().find("is no journal of a worker"), std::string::npos) << refusal();
}

TEST_F(WorkerJournalTest, AChangedJournalIsNotTakenUp) {
  {
    WorkerJournal journal(path_, bundle_);
    do_step(journal, step(0));
  }
  std::string text;
  for (auto& entry : read_journal(path_).entries) {
    if (entry.record.at("type") == "case_end") entry.record["iterations"] = 99;
    text += frame(entry.record);
  }
  write_durably(path_, text);
  EXPECT_NE(refusal().find("was changed in step s000001.0"), std::string::npos) << refusal();
}

TEST_F(WorkerJournalTest, TwoWorkersDoNotWriteOneJournal) {
  WorkerJournal journal(path_, bundle_);
  EXPECT_NE(refusal().find("in use"), std::string::npos) << refusal();
}

TEST_F(WorkerJournalTest, RecordsOutsideOfTheirStepAreRefused) {
  const std::string head =
      frame({{"type", "bundle"}, {"protocol", kProtocolVersion}, {"campaign", "c"}, {"sha256", "d"}});
  const nlohmann::json begin{{"type", "step_begin"}, {"step", "s1.0"}, {"target", "t"},
                             {"launch", 0},          {"attempt", 0},   {"cases", {kCopy}}};
  const auto said = [&](const std::string& text) -> std::string {
    write_durably(path_, text);
    try {
      read_worker_journal(path_);
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  };
  EXPECT_EQ(said(head + frame(begin)), "");
  EXPECT_NE(said(head + frame({{"type", "hello"}, {"step", "s1.0"}})).find("outside of a step"),
            std::string::npos);
  EXPECT_NE(said(head + frame(begin) + frame(begin)).find("outside of a step"), std::string::npos);
  EXPECT_NE(said(head + frame({{"type", "hello"}})).find("no worker writes"), std::string::npos);
  EXPECT_NE(said(frame({{"type", "bundle"}, {"protocol", 9}})).find("has protocol 9"), std::string::npos);
  EXPECT_NE(said("").find("holds nothing"), std::string::npos);
}

TEST_F(WorkerJournalTest, AFullDiskIsSaidAndCostsTheLastLineOnly) {
  {
    WorkerJournal journal(path_, bundle_);
    do_step(journal, step(0));
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    const rlimit little{std::filesystem::file_size(path_) + 20, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &little), 0);
    std::string said;
    try {
      do_step(journal, step(1));
    } catch (const Error& error) {
      said = error.what();
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    EXPECT_NE(said.find("cannot write"), std::string::npos) << said;
    EXPECT_NE(said.find(path_.string()), std::string::npos) << said;
  }
  EXPECT_EQ(read_worker_journal(path_).steps.size(), 1u);
  WorkerJournal journal(path_, bundle_);
  do_step(journal, step(1));
  EXPECT_EQ(read_worker_journal(path_).steps.size(), 2u);
}

}  // namespace

}  // namespace rackproof
