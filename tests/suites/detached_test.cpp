// A worker without a harness, against measuring processes that are scripts (fake_worker).
#include "suites/detached.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <tuple>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "tests/suites/two_cases.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;

class DetachedTest : public ::testing::Test {
 protected:
  DetachedTest() { fs::create_directories(folder_); }
  ~DetachedTest() override { fs::remove_all(folder_); }

  DetachedFiles files() const { return {folder_ / "b.json", folder_ / "j.jsonl"}; }

  /// A bundle of one step for each script, with two cases.
  void bundle(const std::vector<std::string>& scripts, int ranks = 0, double case_limit_s = 30,
              double step_limit_s = 0) {
    Bundle bundle;
    bundle.campaign = "c-1";
    bundle.case_time_limit_s = case_limit_s;
    bundle.step_time_limit_s = step_limit_s;
    std::string text = bundle_head(bundle);
    int number = 0;
    for (const auto& script : scripts) {
      BundleStep step;
      step.step = fmt::format("s{:06}.0", ++number);
      step.target = "rack1/node1/dev0";
      step.cases = {kCopy, kScale};
      step.backend_options = script;
      step.ranks = ranks;
      text += bundle_line(step);
    }
    write_durably(files().bundle, text + bundle_end(text, sha256(text)));
  }

  bool run() const { return run_detached(files(), {RACKPROOF_BINARY_DIR "/tests/fake_worker", ""}, {}); }

  /// In a process of its own, to which `disturb` is done when the journal has `lines` lines. Returns its wait status.
  int run_and(std::ptrdiff_t lines, const std::function<void(pid_t)>& disturb) const {
    const pid_t pid = ::fork();
    if (pid == 0) {
      int status = 3;
      try {
        status = run() ? 0 : 1;
      } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
      }
      ::_exit(status);
    }
    for (int i = 0; i < 2000 && lines_written() < lines; ++i) ::usleep(5'000);
    disturb(pid);
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status;
  }
  std::ptrdiff_t lines_written() const {
    if (!fs::exists(files().journal)) return 0;
    const std::string text = read_file(files().journal);
    return std::ranges::count(text, '\n');
  }

  /// Statuses of the cases of each step of the journal, which must be one that a harness takes.
  std::vector<std::vector<Status>> statuses(bool all_ended = true) const {
    std::vector<std::vector<Status>> all;
    for (const auto& step : read_worker_journal(files().journal).steps) {
      StepLedger ledger(step.step);
      for (const auto& record : step.records) EXPECT_TRUE(ledger.see(record)) << record;
      EXPECT_TRUE(ledger.ended() || !all_ended) << step.step.step;
      auto& of_step = all.emplace_back();
      for (const auto& end : ledger.ended_cases()) of_step.push_back(end.outcome.status);
    }
    return all;
  }

  fs::path folder_ = fs::temp_directory_path() / fmt::format("rackproof-detached-{}", ::getpid());
};

using Steps = std::vector<std::vector<Status>>;

TEST_F(DetachedTest, RunsAllStepsAndThenHasNothingToDo) {
  bundle({"ok", "exits_in_case", "sticky"});
  EXPECT_TRUE(run());
  const Steps all{{Status::ok, Status::ok}, {Status::crashed, Status::crashed}, {Status::failed, Status::ok}};
  EXPECT_EQ(statuses(), all);
  const std::string before = read_file(files().journal);
  EXPECT_TRUE(run());
  EXPECT_EQ(read_file(files().journal), before);
}

TEST_F(DetachedTest, GoesOnAfterAKillInTheMiddleOfACase) {
  bundle({"ok", "hangs_in_copy"});
  // The bundle; step_begin, hello, three records of each case and end; step_begin, hello and case_begin.
  EXPECT_EQ(run_and(13, [](pid_t pid) { ::kill(pid, SIGKILL); }), SIGKILL);
  EXPECT_EQ(statuses(false), (Steps{{Status::ok, Status::ok}, {}}));
  EXPECT_TRUE(run());
  EXPECT_EQ(statuses(), (Steps{{Status::ok, Status::ok}, {Status::preempted, Status::ok}}));
}

TEST_F(DetachedTest, ToldToEndItLeavesTheRestForTheNextStart) {
  bundle({"hangs_in_copy", "ok"});
  const int status = run_and(4, [](pid_t pid) { ::kill(pid, SIGTERM); });
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 1);
  EXPECT_EQ(statuses(false), (Steps{{Status::preempted}}));
  EXPECT_TRUE(run());
  EXPECT_EQ(statuses(), (Steps{{Status::preempted, Status::ok}, {Status::ok, Status::ok}}));
}

TEST_F(DetachedTest, TimeLimitsHold) {
  bundle({"hang", "ok"}, 0, 0.5);
  EXPECT_TRUE(run());
  EXPECT_EQ(statuses(), (Steps{{Status::timeout, Status::timeout}, {Status::ok, Status::ok}}));
  fs::remove(files().journal);
  bundle({"hang"}, 0, 30, 0.5);
  EXPECT_TRUE(run());
  EXPECT_EQ(statuses(), (Steps{{Status::timeout, Status::timeout}}));
  const WorkerJournalContent content = read_worker_journal(files().journal);
  for (const auto& record : content.steps[0].records) {
    if (record.at("type") != "case_end") continue;
    EXPECT_EQ(record.at("outcome").at("reason"), "the step did not end within 0.5 s");
  }
}

TEST_F(DetachedTest, AFullDiskEndsItWithOneErrorAndIsMadeUpFor) {
  bundle({"ok", "ok"});
  const int status = run_and(0, [](pid_t) {});
  EXPECT_EQ(status, 0);
  const auto whole = fs::file_size(files().journal);
  fs::remove(files().journal);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit little{whole / 2, whole / 2};
    ::setrlimit(RLIMIT_FSIZE, &little);
    try {
      run();
    } catch (const Error& error) {
      const bool is_named =
          std::string(error.what()).starts_with(files().journal.string() + ": cannot write");
      ::_exit(is_named ? 3 : 4);
    }
    ::_exit(0);
  }
  int limited = 0;
  ::waitpid(pid, &limited, 0);
  EXPECT_EQ(WEXITSTATUS(limited), 3);
  EXPECT_TRUE(run());
  for (const auto& step : statuses()) {
    ASSERT_EQ(step.size(), 2u);
    for (const Status one : step) EXPECT_TRUE(one == Status::ok || one == Status::preempted);
  }
}

TEST_F(DetachedTest, ABundleOfAnotherNumberOfRanksIsRefused) {
  const auto said = [&](auto&& start) -> std::string {
    try {
      start();
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  };
  bundle({"ok"}, 4);
  EXPECT_NE(said([&] { run(); }).find("is for 4 ranks: start it with mpirun -n 4"), std::string::npos);
  EXPECT_NE(said([&] { RankJournal(files(), 2); }).find("is for 4 ranks, 2 were started"), std::string::npos);
  bundle({"ok"});
  EXPECT_NE(said([&] { RankJournal(files(), 2); }).find("is for one process"), std::string::npos);
  EXPECT_FALSE(fs::exists(files().journal));
}

/// The ranks' side of a job, as run_step plays it.
class Ranks {
 public:
  Ranks(RankJournal& journal, int to) : step_(journal.next().steps.at(0)), ledger_(step_), to_(to) {}
  void write(nlohmann::json record) {
    record["step"] = step_.step;
    ledger_.see(record);
    write_all(to_, frame(record));
  }
  void begin(const std::string& id) { write(CaseBegin{id, step_.target, 0, 0, 1}); }
  void end_case() { write(ledger_.on_behalf({Status::ok, Phase::finish, ""})); }
  void end() { write(ledger_.end()); }
  const BundleStep& step() const { return step_; }

 private:
  BundleStep step_;
  StepLedger ledger_;
  int to_;
};

TEST_F(DetachedTest, AJobDoesOneStepAndTheNextOneGoesOn) {
  bundle({"", ""}, 2);
  {
    RankJournal journal(files(), 2);
    Ranks ranks(journal, journal.start());
    EXPECT_EQ(ranks.step().step, "s000001.0");
    ranks.write(Hello{});
    for (const auto& id : ranks.step().cases) {
      ranks.begin(id);
      ranks.end_case();
    }
    ranks.end();
    journal.finish();
    EXPECT_EQ(journal.steps_left(), 1u);
  }
  {
    RankJournal journal(files(), 2);
    Ranks ranks(journal, journal.start());
    EXPECT_EQ(ranks.step().step, "s000002.0");
    ranks.write(Hello{});
    ranks.begin(kCopy);  // the job dies
  }
  {
    RankJournal journal(files(), 2);
    Ranks ranks(journal, journal.start());
    EXPECT_EQ(ranks.step().cases, std::vector{kScale});
    ranks.write(Hello{});
    ranks.begin(kScale);
    ranks.end_case();
    ranks.end();
    journal.finish();
    EXPECT_EQ(journal.steps_left(), 0u);
  }
  EXPECT_EQ(statuses(), (Steps{{Status::ok, Status::ok}, {Status::preempted, Status::ok}}));
  EXPECT_TRUE(RankJournal(files(), 2).next().steps.empty());
}

TEST_F(DetachedTest, ACaseThatFailedOnRankZeroIsNotBlamedOnTheOperator) {
  bundle({""}, 2);
  {
    RankJournal journal(files(), 2);
    Ranks ranks(journal, journal.start());
    ranks.write(Hello{});
    ranks.begin(kCopy);
    journal.finish("out of memory");
  }
  EXPECT_EQ(statuses(false), (Steps{{Status::failed}}));
}

TEST_F(DetachedTest, TimeLimitsOfAJobHold) {
  for (const auto& [case_limit, step_limit, phase] :
       {std::tuple{0.5, 0.0, Phase::measure}, {30.0, 0.5, Phase::measure}, {0.5, 0.0, Phase::load}}) {
    fs::remove(files().journal);
    bundle({""}, 2, case_limit, step_limit);
    const pid_t pid = ::fork();
    if (pid == 0) {
      RankJournal journal(files(), 2);
      Ranks ranks(journal, journal.start());
      ranks.write(Hello{});
      if (phase == Phase::measure) ranks.begin(kCopy);
      ::sleep(20);  // ended by the other thread
      ::_exit(9);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 1);
    EXPECT_EQ(statuses(false), (Steps{{Status::timeout}}));
  }
}

}  // namespace
}  // namespace rackproof
