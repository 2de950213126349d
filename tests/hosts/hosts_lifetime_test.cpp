// Where hosts come from and that they go without leaving anything: also after half an `up`, also when their owner dies,
// also beside others.
#include <signal.h>
#include <unistd.h>

#include <fstream>

#include "harness/base/error.hpp"
#include "tests/e2e/process_table.hpp"
#include "tests/hosts/hosts_fixture.hpp"

namespace rackproof::hosts {

namespace {

namespace fs = std::filesystem;
using e2e::eventually;
using e2e::Finished;
using e2e::lines_of;
using e2e::run_command;
using e2e::RunningCommand;

std::string script_path() { return (e2e::source_folder() / "tests/hosts/hosts").string(); }

e2e::CommandOptions with_state(const fs::path& state) {
  e2e::CommandOptions options;
  options.environment["RACKPROOF_HOSTS_DIR"] = state;
  return options;
}

/// The command lines of processes that are in hosts of this state folder or were started with its name.
std::vector<std::string> left_over(const fs::path& state) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (entry.path().filename().string().find_first_not_of("0123456789") != std::string::npos) continue;
    if (entry.path().filename() == std::to_string(::getpid())) continue;
    std::string mark, command;
    std::ifstream(entry.path() / "root/etc/rackproof-host") >> mark;
    std::getline(std::ifstream(entry.path() / "cmdline"), command);
    std::ranges::replace(command, '\0', ' ');
    if (mark == state.string() || command.find(state.string()) != std::string::npos) found.push_back(command);
  }
  return found;
}

class Lifetime : public ClusterTest {
 protected:
  static void SetUpTestSuite() { bring_up({.hosts = 1, .shared = false, .sshd = false, .slurm = false}); }

  static void expect_nothing_left(const fs::path& state, const std::string& mounts_before) {
    EXPECT_TRUE(eventually(10, [&] { return left_over(state).empty(); }))
        << testing::PrintToString(left_over(state));
    EXPECT_FALSE(fs::exists(state));
    EXPECT_EQ(mounts(), mounts_before);
    for (const auto& controller : fs::directory_iterator("/sys/fs/cgroup")) {
      if (!controller.is_directory()) continue;
      for (const auto& group : fs::directory_iterator(controller)) {
        if (!group.is_directory() || !group.path().filename().string().starts_with("rackproof-")) continue;
        EXPECT_NE(group.path().filename(), group_name(state));
      }
    }
  }
  static std::string mounts() { return run_command({"cat", "/proc/self/mounts"}).out; }
  /// As trouble.sh names it.
  static std::string group_name(const fs::path& state) {
    return run_command(
               {"bash", "-c", "printf 'rackproof-%s' $(printf %s \"$0\" | sha256sum | cut -c1-12)", state})
        .out;
  }
  const e2e::TemporaryFolder folder_;
  const fs::path state_ = folder_.path() / "hosts";
};

TEST_F(Lifetime, AHostNeedNotSeeTheTrees) {
  const auto seen = [](const Cluster& in, const fs::path& file) {
    return in.on("h0", {"test", "-e", file}).exit_code == 0;
  };
  const Cluster sharing({.hosts = 1, .shared = true, .sshd = false, .slurm = false});
  for (const auto& file : {e2e::source_folder() / "tests/hosts/hosts", fs::path(e2e::rackproof_program())}) {
    EXPECT_TRUE(seen(sharing, file)) << file;
    EXPECT_FALSE(seen(cluster(), file)) << file;
  }
}

TEST_F(Lifetime, DownLeavesNothingAndMayBeSaidTwice) {
  const std::string before = mounts();
  {
    const Cluster other({.hosts = 2, .shared = true, .sshd = true, .slurm = true});
    EXPECT_EQ(other.on("head", {"ssh", "h1", "hostname"}).out, "h1\n");
    // What a command left running on a host and on head.
    other.on("h1", {"bash", "-c", "setsid --fork sleep 1000 </dev/null >/dev/null 2>&1"});
    other.on("head", {"bash", "-c", "setsid --fork sleep 1000 </dev/null >/dev/null 2>&1"});
    EXPECT_EQ(cluster().on("h0", {"hostname"}).out, "h0\n");
    EXPECT_GE(left_over(other.state()).size(), 8u) << "the search finds what is there";
    if (fs::exists("/sys/fs/cgroup/cpu/cgroup.procs")) {  // not with cgroup v2
      EXPECT_TRUE(fs::exists("/sys/fs/cgroup/cpu/" + group_name(other.state()))) << "so does this one";
    }
    EXPECT_EQ(other.script({"down"}).exit_code, 0);
    expect_nothing_left(other.state(), before);
  }  // again
  EXPECT_EQ(cluster().on("h0", {"hostname"}).out, "h0\n") << "the others are as they were";
}

TEST_F(Lifetime, AKilledUpIsTakenDown) {
  const std::string before = mounts();
  for (const int after_ms : {30, 100, 200, 400}) {
    RunningCommand up({script_path(), "up", "3"}, with_state(state_));
    ::usleep(static_cast<unsigned>(after_ms) * 1000);
    up.signal(SIGKILL);
    up.wait();
    const Finished down = run_command({script_path(), "down"}, with_state(state_));
    EXPECT_EQ(down.exit_code, 0) << down.err;
    expect_nothing_left(state_, before);
  }
}

TEST_F(Lifetime, AnUpThatFailsSaysWhyAndLeavesNothing) {
  const std::string before = mounts();
  const Finished up = run_command({script_path(), "up", "2", "--tree", "/nonexistent"}, with_state(state_));
  EXPECT_EQ(up.exit_code, 1);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "h0 did not start: mount: ", up.err);
  expect_nothing_left(state_, before);
  const Finished badly_named = run_command({script_path(), "up", "1"}, with_state(folder_.path() / "a,b"));
  EXPECT_EQ(badly_named.exit_code, 1);
  EXPECT_EQ(lines_of(badly_named.err).size(), 1u) << badly_named.err;
}

TEST_F(Lifetime, DownRemovesNoFolderThatIsNotOfHosts) {
  write_durably(folder_.path() / "precious", "text");
  const Finished down = run_command({script_path(), "down"}, with_state(folder_.path()));
  EXPECT_EQ(down.exit_code, 1);
  EXPECT_TRUE(fs::exists(folder_.path() / "precious"));
}

TEST_F(Lifetime, HostsEndWithTheirOwner) {
  const std::string before = mounts();
  RunningCommand owner({"sleep", "1000"});
  ASSERT_EQ(
      run_command({script_path(), "up", "2", "--while", std::to_string(owner.pid())}, with_state(state_))
          .exit_code,
      0);
  EXPECT_FALSE(left_over(state_).empty());
  owner.signal(SIGKILL);
  owner.wait();
  EXPECT_TRUE(eventually(20, [&] { return !fs::exists(state_); }));
  expect_nothing_left(state_, before);
}

TEST(Unavailable, IsSaidAndSkippedUnlessRequired) {
  if (!why_unavailable().empty()) GTEST_SKIP() << why_unavailable();
  // A machine without ip, ssh, …
  const e2e::TemporaryFolder path;
  for (const char* name : {"bash", "dirname", "readlink", "id", "env"}) {
    fs::create_symlink(fs::path("/usr/bin") / name, path.path() / name);
  }
  e2e::CommandOptions options;
  options.environment = {{"PATH", path.path()}, {"RACKPROOF_REQUIRE_HOSTS", "0"}};
  const std::vector<std::string> self{fs::read_symlink("/proc/self/exe"),
                                      "--gtest_filter=Lifetime.AHostNeedNot*"};
  const Finished skipped = run_command(self, options);
  EXPECT_EQ(skipped.exit_code, 0) << skipped.out;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "hosts: needs unshare nsenter", skipped.out);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "1 test, listed below", skipped.out);
  options.environment["RACKPROOF_REQUIRE_HOSTS"] = "1";
  const Finished failed = run_command(self, options);
  EXPECT_EQ(failed.exit_code, 1) << failed.out;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "hosts: needs unshare nsenter", failed.out);
}

}  // namespace

}  // namespace rackproof::hosts
