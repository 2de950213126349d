#include "harness/launch/process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>

#include "harness/base/error.hpp"
#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

/// Text up to a newline, at most five seconds.
std::string read_line(int descriptor) {
  std::string line;
  char c = 0;
  pollfd readable{descriptor, POLLIN, 0};
  while (::poll(&readable, 1, 5000) > 0 && ::read(descriptor, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

/// Running, not a zombie that nobody has fetched yet.
bool runs(pid_t pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(in, text);
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && text.size() > name_end + 2 && text[name_end + 2] != 'Z';
}

bool gone_soon(pid_t pid) {
  for (int i = 0; i < 500 && runs(pid); ++i) ::usleep(10'000);
  return !runs(pid);
}

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

class ProcessTest : public ::testing::Test {
 protected:
  ~ProcessTest() override { std::filesystem::remove_all(folder_); }
  std::string log() const {
    std::ostringstream text;
    text << std::ifstream(log_).rdbuf();
    return text.str();
  }
  std::filesystem::path folder_ = new_folder();
  std::filesystem::path log_ = folder_ / "log";
};

TEST_F(ProcessTest, CarriesInputAndOutput) {
  Process process({"cat"}, log_);
  process.say("hello\n");
  EXPECT_EQ(read_line(process.output()), "hello");
}

TEST_F(ProcessTest, AFileMayBeItsInput) {
  std::ofstream(folder_ / "input") << "from a file\n";
  Process process({"cat"}, log_, folder_ / "input");
  process.say("nobody reads this\n");
  EXPECT_EQ(read_line(process.output()), "from a file");
  EXPECT_EQ(process.finish(20), 0);
  const auto before = open_descriptors();
  EXPECT_THROW(Process({"cat"}, log_, folder_ / "no such file"), Error);
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(ProcessTest, PutsErrorsIntoTheLog) {
  Process process({"sh", "-c", "echo broken >&2"}, log_);
  EXPECT_EQ(process.finish(5), 0);
  EXPECT_EQ(log(), "broken\n");
}

TEST_F(ProcessTest, AStartThatFailsIsAnErrorAndLeavesNothingOpen) {
  const auto before = open_descriptors();
  EXPECT_THROW(Process({"/nonexistent/program"}, log_), Error);
  EXPECT_THROW(Process({"true"}, folder_ / "no" / "log"), Error);
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // no child is left to be fetched
}

TEST_F(ProcessTest, FinishReturnsItsOwnStatusWithoutWaitingLongerThanNeeded) {
  const auto begin = std::chrono::steady_clock::now();
  Process process({"sh", "-c", "exit 3"}, log_);
  EXPECT_EQ(describe_wait_status(process.finish(20)), "status 3");
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 10);
  EXPECT_EQ(describe_wait_status(process.finish(20)), "status 3");
}

TEST_F(ProcessTest, FinishKillsWhatDoesNotEnd) {
  Process process({"sleep", "1000"}, log_);
  EXPECT_EQ(describe_wait_status(process.finish(0.1)), "signal 9 (KILL)");
}

TEST_F(ProcessTest, KillsTheWholeGroup) {
  // The shell ends at once and leaves a process behind that still holds the output open.
  pid_t left = 0;
  {
    Process process({"sh", "-c", "sleep 1000 & echo $!"}, log_);
    left = std::stoi(read_line(process.output()));
    EXPECT_TRUE(runs(left));
    process.finish(5);
    EXPECT_TRUE(gone_soon(left));
  }
  {
    Process process({"sh", "-c", "sleep 1000 & echo $!; wait"}, log_);
    left = std::stoi(read_line(process.output()));
    EXPECT_TRUE(runs(left));
  }
  EXPECT_TRUE(gone_soon(left));
}

TEST_F(ProcessTest, SignalReachesTheGroup) {
  Process process({"sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.02; done"}, log_);
  ASSERT_EQ(read_line(process.output()), "ready");
  process.signal(SIGTERM);
  EXPECT_EQ(describe_wait_status(process.finish(5)), "status 5");
}

TEST_F(ProcessTest, ABrokenPipeIsIgnored) {
  ::signal(SIGPIPE, SIG_IGN);
  Process process({"true"}, log_);
  process.finish(5);
  process.say("nobody hears this\n");
  process.say("nor this\n");
  EXPECT_EQ(process.finish(0), 0);
}

TEST_F(ProcessTest, AProgramStartsWithUsualSignals) {
  // The harness ignores SIGPIPE; a program that writes into a closed pipe must still end.
  ::signal(SIGPIPE, SIG_IGN);
  Process process({"sh", "-c", "kill -PIPE $$; exit 0"}, log_);
  EXPECT_EQ(describe_wait_status(process.finish(5)), "signal 13 (PIPE)");
}

TEST_F(ProcessTest, DiesWithTheHarness) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t harness = ::fork();
  if (harness == 0) {
    Process process({"sh", "-c", "echo $$; exec sleep 1000"}, log_);
    const std::string pid = read_line(process.output()) + "\n";
    static_cast<void>(!::write(pipe[1], pid.data(), pid.size()));
    while (true) ::pause();
  }
  const pid_t worker = std::stoi(read_line(pipe[0]));
  EXPECT_TRUE(runs(worker));
  ::kill(harness, SIGKILL);
  ::waitpid(harness, nullptr, 0);
  EXPECT_TRUE(gone_soon(worker));
  ::close(pipe[0]);
  ::close(pipe[1]);
}

}  // namespace
}  // namespace rackproof
