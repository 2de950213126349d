// What tests/hosts/hosts does to one host shows there, nowhere else, and goes away again.
#include <signal.h>

#include <ctime>

#include "tests/e2e/process_table.hpp"
#include "tests/hosts/hosts_fixture.hpp"

namespace rackproof::hosts {

namespace {

using e2e::eventually;
using e2e::Finished;
using e2e::lines_of;

/// Why a kernel cannot limit or freeze; empty when it can.
std::string why_without(const std::string& controller) {
  if (std::filesystem::exists("/sys/fs/cgroup/" + controller + "/cgroup.procs")) return "";
  return "this machine has no " + controller + " controller of cgroup v1";
}

class Trouble : public ClusterTest {
 protected:
  static void apply(const std::vector<std::string>& arguments) { cluster().apply(arguments); }
  static Finished shell(const std::string& host, const std::string& text) {
    return cluster().on(host, {"bash", "-c", text});
  }
  /// From h0, which sees both networks.
  static bool answers(const std::string& name) {
    return cluster().on("h0", {"ssh", "-o", "ConnectTimeout=1", name, "true"}).exit_code == 0;
  }
  /// Seconds until the first line of a peer's sshd arrives, the least of some attempts.
  static double greeting_s(const std::string& name, int attempts) {
    double least = 1e9;
    for (int attempt = 0; attempt < attempts; ++attempt) {
      const Finished finished =
          shell("h0", "exec 3<>/dev/tcp/" + name + "/22 && read -r -u 3 line && echo $line");
      EXPECT_PRED_FORMAT2(testing::IsSubstring, "SSH-2.0", finished.out) << finished.err;
      least = std::min(least, finished.seconds);
    }
    return least;
  }
  /// A process that sleeps, and its number in the host.
  static std::string sleeper(const std::string& host) {
    const Finished started =
        shell(host,
              "setsid --fork sleep 1000 </dev/null >/dev/null 2>&1; for i in $(seq 100); do "
              "ps ax -o pid=,args= | awk '$2 == \"sleep\" && $3 == 1000 { print $1; n++ } "
              "END { exit !n }' && break; sleep 0.1; done");
    return lines_of(started.out).at(0);
  }
  static bool runs(const std::string& host, const std::string& pid) {
    return shell(host, "kill -0 " + pid + " 2>/dev/null").exit_code == 0;
  }
};

TEST_F(Trouble, AKilledHostIsGoneAndBootsAsTheSameMachine) {
  const std::string identity = "cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub";
  const std::string boot = "cat /proc/sys/kernel/random/boot_id";
  const std::string before = shell("h3", identity).out, first_boot = shell("h3", boot).out;
  shell("h3", "echo kept >/var/tmp/kept");
  apply({"kill", "h3"});
  EXPECT_FALSE(answers("h3"));
  EXPECT_TRUE(answers("h2"));
  const Finished gone = shell("h3", "true");
  EXPECT_EQ(gone.exit_code, 1);
  EXPECT_EQ(gone.err, "hosts: h3 is not up\n");
  apply({"boot", "h3"});
  EXPECT_FALSE(answers("h3")) << "no daemon starts by itself";
  apply({"sshd", "h3"});
  EXPECT_TRUE(answers("h3")) << "with the key that is known";
  EXPECT_EQ(shell("h3", identity).out, before);
  EXPECT_NE(shell("h3", boot).out, first_boot);
  EXPECT_EQ(shell("h3", "cat /var/tmp/kept").out, "kept\n");
}

TEST_F(Trouble, ACutCableAndItsReturn) {
  apply({"cut", "h2", "data"});
  EXPECT_FALSE(answers("h2-data"));
  EXPECT_TRUE(answers("h2"));
  apply({"cut", "h2"});
  EXPECT_FALSE(answers("h2"));
  EXPECT_TRUE(answers("h1"));
  EXPECT_EQ(shell("h2", "hostname").out, "h2\n") << "the host lives on";
  apply({"join", "h2"});
  EXPECT_TRUE(eventually(10, [] { return answers("h2") && answers("h2-data"); }));
}

TEST_F(Trouble, ADegradedHostIsSlowUntilCleared) {
  const auto from = [](const std::string& host) {
    const Finished copied = cluster().on("head", {"ssh", host, "head", "-c", "2000000", "/dev/zero"});
    EXPECT_EQ(copied.out.size(), 2'000'000u) << copied.err;
    return copied.seconds;
  };
  const auto to = [](const std::string& host) {
    e2e::CommandOptions options;
    options.input = std::string(2'000'000, 'x');
    const Finished copied = cluster().on("head", {"ssh", host, "wc", "-c"}, options);
    EXPECT_EQ(copied.out, "2000000\n") << copied.err;
    return copied.seconds;
  };
  apply({"degrade", "h1", "8mbit"});
  const double degraded = std::min(from("h1"), to("h1"));
  EXPECT_GT(degraded, 1.5) << "2 MB at 1 MB/s";
  EXPECT_LT(from("h2"), degraded);
  apply({"clear", "h1"});
  EXPECT_LT(from("h1"), degraded);
  EXPECT_LT(to("h1"), degraded);
}

TEST_F(Trouble, ADelayedCableAnswersLaterUntilCleared) {
  apply({"delay", "h1", "500000", "data", (e2e::build_folder() / "tests/hosts_relay").string()});
  EXPECT_GT(greeting_s("h1-data", 1), 1) << "there and back";
  EXPECT_LT(greeting_s("h1", 5), 1) << "the control network is as before";
  apply({"clear", "h1"});
  EXPECT_LT(greeting_s("h1-data", 5), 1);
}

TEST_F(Trouble, AQuotaThrottlesProcessesOfItsHost) {
  if (const auto reason = why_without("cpu"); !reason.empty()) GTEST_SKIP() << reason;
  const auto throttled = [](const std::string& host) {
    const Finished counted =
        shell(host,
              "timeout 0.7 bash -c 'while :; do :; done'; awk '$1 == \"nr_throttled\" { print $2 }' "
              "/sys/fs/cgroup/cpu$(sed -n 's/.*:cpu://p' /proc/self/cgroup)/cpu.stat");
    return std::stol(lines_of(counted.out).at(0));
  };
  apply({"quota", "h1", "10"});
  const long first = throttled("h1");
  EXPECT_GT(first, 0);
  EXPECT_EQ(throttled("h2"), 0);
  apply({"clear", "h1"});
  const long cleared = throttled("h1");
  EXPECT_LE(cleared, first + 1) << "the period in which it was cleared may still count";
  EXPECT_EQ(throttled("h1"), cleared);
}

TEST_F(Trouble, AFrozenProcessSurvivesSigkillUntilThawed) {
  if (const auto reason = why_without("freezer"); !reason.empty()) GTEST_SKIP() << reason;
  const std::string frozen = sleeper("h2");
  apply({"freeze", "h2", frozen});
  shell("h2", "kill -KILL " + frozen);
  EXPECT_FALSE(eventually(0.5, [&] { return !runs("h2", frozen); }));
  apply({"thaw", "h2"});
  EXPECT_TRUE(eventually(10, [&] { return !runs("h2", frozen); }));

  const std::string again = sleeper("h2");
  apply({"freeze", "h2", again});
  EXPECT_NO_THROW(apply({"kill", "h2"})) << "a host without power holds no process";
  apply({"boot", "h2"});
  apply({"sshd", "h2"});
}

TEST_F(Trouble, ASkewedClockIsSeenByWhatStartsThere) {
  const auto ahead = [](const std::vector<std::string>& command, const std::string& host) {
    return std::stod(lines_of(cluster().on(host, command).out).at(0)) -
           static_cast<double>(std::time(nullptr));
  };
  for (const int skew : {86400, -86400}) {
    apply({"skew", "h1", std::to_string(skew)});
    EXPECT_NEAR(ahead({"date", "+%s"}, "h1"), skew, 600);
    EXPECT_NEAR(ahead({"ssh", "h1", "date", "+%s"}, "head"), skew, 600);
  }
  EXPECT_NEAR(ahead({"ssh", "h2", "date", "+%s"}, "head"), 0, 600);
  apply({"clear", "h1"});
  EXPECT_NEAR(ahead({"ssh", "h1", "date", "+%s"}, "head"), 0, 600);
}

TEST_F(Trouble, AMissingLibraryIsNotFound) {
  const auto run = [](const std::string& host) {
    return cluster().on(host, {e2e::rackproof_program(), "--version"});
  };
  apply({"missing-library", "h1", "libz.so.1"});
  apply({"missing-library", "h1", "libfmt.so.9"});
  const Finished without = run("h1");
  EXPECT_EQ(without.exit_code, 127);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "libfmt.so.9: cannot open shared object file: No such file",
                      without.err);
  EXPECT_NE(shell("h1", "find /usr/lib -name libz.so.1 | grep .").exit_code, 0) << "two in one folder";
  EXPECT_EQ(run("h2").exit_code, 0);
  apply({"clear", "h1"});
  EXPECT_EQ(run("h1").exit_code, 0);
}

TEST_F(Trouble, WhatCannotBeDoneIsSaidInOneLine) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"kill", "h9"},
                                             {"exec", "h9", "true"},
                                             {"boot", "h1"},
                                             {"cut", "h1", "power"},
                                             {"degrade", "h1", "8mbit", "power"},
                                             {"quota", "h1", "little"},
                                             {"quota", "h1", "0"},
                                             {"freeze", "h1", "99999"},
                                             {"skew", "h1", "late"},
                                             {"missing-library", "h1", "libnone.so.0"},
                                             {"delay", "h1", "long", "data", "relay"},
                                             {"up", "2"}}) {
    const Finished refused = cluster().script(arguments);
    EXPECT_EQ(refused.exit_code, 1) << arguments.front() << refused.out;
    EXPECT_EQ(lines_of(refused.err).size(), 1u) << arguments.front() << ": " << refused.err;
  }
  EXPECT_EQ(cluster().script({"pause", "h1"}).exit_code, 3);
  EXPECT_EQ(cluster().script({"up", "none"}).exit_code, 3);
}

}  // namespace

}  // namespace rackproof::hosts
