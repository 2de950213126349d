// The supervisor against measuring processes that are scripts (fake_worker).
#include "suites/supervisor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "harness/record/durable_file.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/step_ledger.hpp"
#include "tests/suites/two_cases.hpp"

namespace rackproof {
namespace {

class SupervisorTest : public ::testing::Test {
 protected:
  ~SupervisorTest() override { std::filesystem::remove(file_); }

  /// Runs one step; every record must be one that the harness takes.
  std::vector<CaseEnd> run(const std::string& script, double case_time_limit_s = 30, int control = -1,
                           const std::vector<std::string>& cases = {kCopy, kScale}) {
    BundleStep step;
    step.step = "s000001.0";
    step.target = "rack1/node1/dev0";
    step.cases = cases;
    step.backend_options = script;
    Bundle bundle;
    bundle.case_time_limit_s = case_time_limit_s;
    bundle.steps = {step};
    bundle.setup = setup_;
    const FileDescriptor records(::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    const Installation installation{RACKPROOF_BINARY_DIR "/tests/fake_worker", ""};
    whole_ = supervise(bundle, installation, {}, {records.get(), control});
    StepLedger ledger(step);
    LineSplitter lines;
    lines.add(read_file(file_));
    while (const auto line = lines.next()) {
      const auto record = unframe(*line);
      EXPECT_TRUE(record && ledger.see(*record)) << script << ": " << *line;
    }
    EXPECT_TRUE(ledger.ended()) << script;
    greeted_ = ledger.greeted();
    return ledger.ended_cases();
  }

  void expect(const std::string& script, const Outcome& copy, const Outcome& scale, double limit_s = 30) {
    const auto ends = run(script, limit_s);
    ASSERT_EQ(ends.size(), 2u) << script;
    EXPECT_EQ(ends[0].case_id, kCopy);
    for (const auto& [end, expected] : {std::pair{ends[0], copy}, std::pair{ends[1], scale}}) {
      EXPECT_EQ(end.outcome.status, expected.status) << script << ": " << end.outcome.reason;
      EXPECT_EQ(end.outcome.phase, expected.phase) << script << ": " << end.outcome.reason;
      EXPECT_NE(end.outcome.reason.find(expected.reason), std::string::npos)
          << script << ": " << end.outcome.reason;
    }
    EXPECT_TRUE(whole_);
  }

  /// With a control pipe on which the harness says something once the case runs.
  std::vector<CaseEnd> run_with_control(const std::string& said, bool close) {
    std::array<int, 2> control{};
    EXPECT_EQ(::pipe2(control.data(), O_CLOEXEC), 0);
    write_all(control[1], said);
    if (close) ::close(control[1]);
    const auto begin = std::chrono::steady_clock::now();
    auto ends = run("hang", 30, control[0]);
    EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 5);
    ::close(control[0]);
    if (!close) ::close(control[1]);
    return ends;
  }

  bool whole_ = false;
  bool greeted_ = false;
  std::string setup_;
  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / fmt::format("rackproof-supervisor-{}.jsonl", ::getpid());
};

TEST_F(SupervisorTest, PassesGoodRecordsOn) {
  expect("ok", {Status::ok, Phase::measure, ""}, {Status::ok, Phase::measure, ""});
}

TEST_F(SupervisorTest, DropsWhatIsNoRecord) {
  expect("garbage", {Status::ok, Phase::measure, ""}, {Status::ok, Phase::measure, ""});
  expect("type_is_a_number", {Status::ok, Phase::measure, ""}, {Status::ok, Phase::measure, ""});
}

TEST_F(SupervisorTest, ADeathCostsOneCase) {
  const Outcome died{Status::crashed, Phase::measure, "ended with status 9"};
  expect("exits_in_case", died, died);
  const Outcome killed{Status::crashed, Phase::measure, "signal 9 (KILL)"};
  expect("killed_in_case", killed, killed);
}

TEST_F(SupervisorTest, AProcessThatNeverGreetsCostsEveryCaseOnce) {
  const Outcome dead{Status::crashed, Phase::load, "ended with status 3"};
  expect("exit_before_hello", dead, dead);
}

TEST_F(SupervisorTest, AStickyErrorCostsOneCase) {
  expect("sticky", {Status::failed, Phase::measure, "as told"}, {Status::ok, Phase::measure, ""});
}

TEST_F(SupervisorTest, TheTimeOfACaseIsLimited) {
  const auto begin = std::chrono::steady_clock::now();
  const Outcome late{Status::timeout, Phase::measure, "did not end within 0.5 s"};
  expect("hang_deaf", late, late, 0.5);
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 10);
}

TEST_F(SupervisorTest, GarbageIsNoProgress) {
  const Outcome late{Status::timeout, Phase::measure, "did not end within 0.5 s"};
  expect("floods", late, late, 0.5);
}

TEST_F(SupervisorTest, ACaseThatIsLeftOutIsReported) {
  const Outcome left_out{Status::failed, Phase::finish, "left the case out"};
  expect("never_begins", left_out, left_out);
}

TEST_F(SupervisorTest, ASetupScriptReachesTheMeasuringProcess) {
  const char* old = ::getenv("PATH");
  const std::string path = old != nullptr ? old : "";
  setup_ = "export PATH=/opt/setup:$PATH";
  expect("setup", {Status::ok, Phase::measure, ""}, {Status::ok, Phase::measure, ""});
  ::setenv("PATH", path.c_str(), 1);
}

TEST_F(SupervisorTest, ASetupScriptThatFailsFailsEveryCaseAtTheLaunch) {
  setup_ = "echo no such module >&2; false";
  const Outcome failed{Status::failed, Phase::launch, "the setup script ended with status 1: no such module"};
  expect("ok", failed, failed);
}

TEST_F(SupervisorTest, AClosedControlPipeOrAnOrderEndsItAndAccountsForEveryCase) {
  for (const bool close : {true, false}) {
    const auto ends = run_with_control(close ? "" : std::string(kHeartbeat) + std::string(kEndOrder), close);
    EXPECT_FALSE(whole_);
    ASSERT_EQ(ends.size(), 2u);
    for (const CaseEnd& end : ends) {
      EXPECT_TRUE(end.outcome.status == Status::preempted || end.outcome.status == Status::skipped)
          << to_string(end.outcome.status);
    }
  }
}

TEST_F(SupervisorTest, AStepWithoutCasesIsGreeted) {
  EXPECT_TRUE(run("ok", 30, -1, {}).empty());
  EXPECT_TRUE(greeted_);
  EXPECT_TRUE(whole_);
  EXPECT_TRUE(run("exit_before_hello", 30, -1, {}).empty());
  EXPECT_FALSE(greeted_);
}

TEST_F(SupervisorTest, ADeviceLostTwiceInARowIsLeftAlone) {
  const std::string add = "memory/device/add:f64";
  const auto ends = run("loses_device", 30, -1, {kCopy, kScale, add});
  ASSERT_EQ(ends.size(), 3u);
  EXPECT_TRUE(ends[0].outcome.device_lost);
  EXPECT_TRUE(ends[1].outcome.device_lost);
  EXPECT_EQ(ends[2].outcome.status, Status::skipped);
  EXPECT_EQ(ends[2].outcome.reason, "the device was lost twice in a row");
}

}  // namespace
}  // namespace rackproof
