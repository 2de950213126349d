// The argument vectors of every launcher.
#include "harness/launch/launcher.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"
#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;

const WorkerFiles kFiles{"/i/bin/rackproof-worker", "/i/lib/rackproof/librackproof-mpi.so"};

class LauncherTest : public ::testing::Test {
 protected:
  ~LauncherTest() override { fs::remove_all(folder_); }

  void make(const std::string& launcher, const std::string& launch, const WorkerFiles& files = kFiles) {
    site_ = parse_site(
        fmt::format("schema = 1\nname = \"s\"\nlauncher = \"{}\"\n[[rack]]\nname = \"r\"\n"
                    "[[node]]\nname = \"r/n[1-3]\"\nrack = \"r\"\naddress = \"{{node}}\"\nmodel = \"m\"\n"
                    "[launch]\n{}",
                    launcher, launch),
        "site.toml");
    for (std::size_t i = 0; i < site_.nodes.size(); ++i)
      site_.nodes[i].address = fmt::format("host{}", i + 1);
    launcher_ = make_launcher(site_, files, folder_);
  }
  Command node() const { return launcher_->on_node(site_.nodes[1]); }
  /// Ranks on nodes 3, 1, 1.
  Command group(double time_limit_s = 90.5) const {
    return launcher_->on_group({&site_.nodes[2], &site_.nodes[0], &site_.nodes[0]}, time_limit_s);
  }
  /// The value after an option; "" when it is not there.
  static std::string after(const Command& command, const std::string& option) {
    const auto at = std::ranges::find(command, option);
    return at == command.end() || at + 1 == command.end() ? "" : *(at + 1);
  }
  static std::string parameter(const Command& command, const std::string& name) {
    return after(command, name);
  }
  static bool ends_with(const Command& command, const Command& end) {
    return command.size() >= end.size() &&
           std::equal(end.begin(), end.end(), command.end() - static_cast<std::ptrdiff_t>(end.size()));
  }

  fs::path folder_ = new_folder();
  Site site_;
  std::unique_ptr<Launcher> launcher_;
};

const Command kRank{"/i/bin/rackproof-worker", "rank", "--module", "/i/lib/rackproof/librackproof-mpi.so"};

TEST_F(LauncherTest, LocalStartsTheWorkerItself) {
  make("local", "mpirun = [\"mpirun\", \"-v\"]\n");
  EXPECT_EQ(node(), (Command{"/i/bin/rackproof-worker", "attached"}));
  EXPECT_FALSE(launcher_->asks_who_answers());
  const Command command = group();
  EXPECT_EQ((Command{command.begin(), command.begin() + 4}), (Command{"mpirun", "-v", "-n", "3"}));
  EXPECT_EQ(after(command, "--timeout"), "91");
  EXPECT_EQ(parameter(command, "plm"), "isolated");
  EXPECT_EQ(parameter(command, "btl"), "tcp,self");
  EXPECT_EQ(parameter(command, "mpi_yield_when_idle"), "1");
  EXPECT_EQ(std::ranges::count(command, "--allow-run-as-root"), ::geteuid() == 0 ? 1 : 0);
  EXPECT_TRUE(ends_with(command, kRank));
}

TEST_F(LauncherTest, SshStartsTheWorkerInPlaceOfTheShell) {
  make("ssh", "ssh = [\"ssh\", \"-F\", \"config\"]\n");
  EXPECT_EQ(node(),
            (Command{"ssh", "-F", "config", "-o", "BatchMode=yes", "-o", "ConnectTimeout=30", "-o",
                     "ServerAliveInterval=3", "-o", "ServerAliveCountMax=2", "-o", "ClearAllForwardings=yes",
                     "-T", "--", "host2", "exec '/i/bin/rackproof-worker' 'attached'"}));
  EXPECT_TRUE(launcher_->asks_who_answers());
  EXPECT_FALSE(launcher_->delivery(site_.nodes[0]));
  for (const std::string& word : node()) EXPECT_EQ(word.find("StrictHostKeyChecking"), std::string::npos);
  make("ssh", "answer_time = \"1.5 s\"\n");
  EXPECT_EQ(std::ranges::count(node(), "ConnectTimeout=2"), 1);
  EXPECT_EQ(std::ranges::count(node(), "ServerAliveInterval=1"), 1);
}

TEST_F(LauncherTest, SshQuotesForTheShellOfTheNode) {
  make("ssh", "deploy = \"preinstalled\"\nworker = \"/opt/it's $here/bin/rackproof-worker\"\n");
  EXPECT_EQ(node().back(), "exec '/opt/it'\\''s $here/bin/rackproof-worker' 'attached'");
}

TEST_F(LauncherTest, SshStartsGroupsByMpirunInTheOrderOfRanks) {
  make("ssh", "ssh = [\"/usr/bin/ssh\", \"-Fconfig\"]\n");
  const Command command = group();
  EXPECT_EQ(command.front(), "mpirun");
  EXPECT_EQ(after(command, "-n"), "3");
  EXPECT_EQ(after(command, "--host"), "host3,host1,host1");
  EXPECT_EQ(after(command, "--map-by"), "seq");
  EXPECT_EQ(after(command, "--bind-to"), "none");
  EXPECT_EQ(after(command, "--timeout"), "91");
  EXPECT_EQ(parameter(command, "plm"), "rsh");
  EXPECT_EQ(parameter(command, "plm_rsh_agent"), "/usr/bin/ssh");
  EXPECT_EQ(
      parameter(command, "plm_rsh_args"),
      "-Fconfig -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=3 -o ServerAliveCountMax=2 "
      "-o ClearAllForwardings=yes -T");
  EXPECT_EQ(parameter(command, "plm_rsh_no_tree_spawn"), "1");
  EXPECT_EQ(parameter(command, "oob_tcp_keepalive_time"), "3");
  EXPECT_EQ(parameter(command, "oob_tcp_keepalive_probes"), "2");
  EXPECT_EQ(std::ranges::count(command, "--oversubscribe"), 0);
  EXPECT_EQ(parameter(command, "btl"), "");  // the transport is Open MPI's choice
  EXPECT_EQ(parameter(command, "btl_tcp_if_include"), "");
  EXPECT_TRUE(ends_with(command, kRank));
}

TEST_F(LauncherTest, MpirunUsesTheNetworksThatTheSiteNames) {
  make("ssh", "control_net = \"10.77.0.0/16\"\n");
  EXPECT_EQ(parameter(group(), "oob_tcp_if_include"), "10.77.0.0/16");
  EXPECT_EQ(parameter(group(), "btl_tcp_if_include"), "10.77.0.0/16");
  EXPECT_EQ(parameter(group(), "btl"), "");
  make("mpirun", "control_net = \"eth0\"\ndata_net = \"eth1\"\n");
  EXPECT_EQ(parameter(group(), "oob_tcp_if_include"), "eth0");
  EXPECT_EQ(parameter(group(), "btl_tcp_if_include"), "eth1");
  EXPECT_EQ(parameter(group(), "btl"), "tcp,vader,self");
  EXPECT_EQ(parameter(group(), "pml"), "ob1");
}

TEST_F(LauncherTest, EachJobHasPortsOfItsOwn) {
  make("ssh", "ports = \"46000-46999\"\n");
  // One mpirun listens on all ports that it may, so the next must have others.
  std::set<std::string> taken;
  for (int job = 0; job < 250 / 4; ++job) {
    const Command command = group();
    const std::string ports = parameter(command, "oob_tcp_dynamic_ipv4_ports");
    EXPECT_TRUE(taken.insert(ports).second) << ports;
    EXPECT_GE(ports, "46000-46003");
    EXPECT_LE(ports, "46244-46247");
    EXPECT_EQ(parameter(command, "btl_tcp_port_min_v4"), "46250");
    EXPECT_EQ(parameter(command, "btl_tcp_port_range_v4"), "750");
  }
  EXPECT_TRUE(taken.contains(parameter(group(), "oob_tcp_dynamic_ipv4_ports")));
}

TEST_F(LauncherTest, MpirunMayRunOnTheFirstNode) {
  make("ssh", "mpirun_from = \"first_target\"\nmpirun = [\"/opt/mpi/bin/mpirun\"]\n");
  const Command command = group();
  EXPECT_EQ(command.front(), "ssh");
  EXPECT_EQ(command[command.size() - 2], "host3");
  EXPECT_TRUE(command.back().starts_with("exec '/opt/mpi/bin/mpirun' '-n' '3' ")) << command.back();
  EXPECT_NE(command.back().find(" '--host' 'host3,host1,host1' "), std::string::npos);
  EXPECT_NE(command.back().find(" 'plm_rsh_args' '-o BatchMode=yes "), std::string::npos) << command.back();
  EXPECT_TRUE(command.back().ends_with(" 'rank' '--module' '/i/lib/rackproof/librackproof-mpi.so'"));
}

TEST_F(LauncherTest, MpirunStartsNodesToo) {
  make("mpirun", "deploy = \"preinstalled\"\nworker = \"/opt/rp/bin/rackproof-worker\"\n");
  const Command command = node();
  EXPECT_EQ(after(command, "-n"), "1");
  EXPECT_EQ(after(command, "--host"), "host2");
  EXPECT_EQ(after(command, "--timeout"), "");
  EXPECT_EQ(parameter(command, "plm"), "");  // a batch system's own way may be better
  EXPECT_TRUE(ends_with(command, {"/opt/rp/bin/rackproof-worker", "attached"}));
  EXPECT_TRUE(ends_with(group(), {"/opt/rp/bin/rackproof-worker", "rank", "--module",
                                  "/opt/rp/lib/rackproof/librackproof-mpi.so"}));
}

TEST_F(LauncherTest, AddressesThatMpirunWouldMixUpAreRefused) {
  make("ssh", "");
  EXPECT_EQ(after(launcher_->on_group({&site_.nodes[0], &site_.nodes[1], &site_.nodes[0]}, 60), "--host"),
            "host1,host2,host1");
  site_.nodes[0].address = "fd00::1";
  EXPECT_THROW(group(), Error);
  EXPECT_EQ(launcher_->on_node(site_.nodes[0])[13 - 1], "--");
}

class SlurmLauncherTest : public LauncherTest {
 protected:
  SlurmLauncherTest() { ::setenv("SLURM_JOB_ID", "7", 1); }
  ~SlurmLauncherTest() override { ::unsetenv("SLURM_JOB_ID"); }
};

TEST_F(SlurmLauncherTest, WorksInsideOfAnAllocationOnly) {
  make("slurm", "");
  EXPECT_NO_THROW(require_launcher(site_));
  ::unsetenv("SLURM_JOB_ID");
  EXPECT_THROW(make("slurm", ""), Error);
  try {
    require_launcher(site_);
    ADD_FAILURE() << "no allocation is there";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("salloc"), std::string::npos) << error.what();
  }
}

TEST_F(SlurmLauncherTest, AStepForANode) {
  make("slurm", "srun = [\"/usr/bin/srun\", \"--qos=test\"]\nanswer_time = \"20 s\"\n");
  EXPECT_EQ(node(), (Command{"env", "-u", "SLURM_NTASKS_PER_NODE", "-u", "SLURM_HOSTFILE", "/usr/bin/srun",
                             "--nodes=1", "--ntasks=1", "--nodelist=host2", "--mpi=none", "--overlap",
                             "--kill-on-bad-exit=1", "--cpu-bind=none", "--chdir=/", "--immediate=20",
                             "--qos=test", "/i/bin/rackproof-worker", "attached"}));
}

TEST_F(SlurmLauncherTest, AStepForAGroupHasAHostfileInTheOrderOfRanks) {
  make("slurm", "data_net = \"eth1,eth2\"\nports = \"100-199\"\n");
  const Command command = group();
  const std::string prefix = "SLURM_HOSTFILE=";
  ASSERT_TRUE(command[3].starts_with(prefix));
  EXPECT_EQ(read_file(command[3].substr(prefix.size())), "host3\nhost1\nhost1\n");
  EXPECT_EQ(fs::path(command[3].substr(prefix.size())).parent_path().parent_path(), folder_);
  for (const char* option : {"--nodes=2", "--ntasks=3", "--distribution=arbitrary", "--mpi=pmix", "--time=2",
                             "--kill-on-bad-exit=1", "OMPI_MCA_btl_tcp_if_include=eth1,eth2",
                             "OMPI_MCA_btl_tcp_port_range_v4=100"})
    EXPECT_EQ(std::ranges::count(command, option), 1) << option;
  EXPECT_TRUE(ends_with(command, kRank));
  EXPECT_EQ(group(), command);
  make("slurm", "");
  EXPECT_EQ(*(group().end() - 5), "--immediate=30");  // nothing before the rank
}

TEST_F(SlurmLauncherTest, AnAddressThatSlurmTakesForAFileIsRefused) {
  make("slurm", "");
  site_.nodes[1].address = "r/n2";
  EXPECT_THROW(node(), Error);
}

TEST_F(LauncherTest, ATemplateIsFilled) {
  make("template", R"(on_node = ["docker", "exec", "-i", "{node}", "{worker}", "{args}"]
on_group = ["sh", "-c", "run {nodes} {hosts} {rank_hosts} {ranks} {time_limit} {worker} {args} {x y} {", "{name}+{names}"]
)");
  EXPECT_EQ(node(), (Command{"docker", "exec", "-i", "host2", "/i/bin/rackproof-worker", "attached"}));
  EXPECT_EQ(
      group(),
      (Command{
          "sh", "-c",
          "run host3:1,host1:2 host3,host1 host3,host1,host1 3 91 /i/bin/rackproof-worker 'rank' '--module' "
          "'/i/lib/rackproof/librackproof-mpi.so' {x y} {",
          "r/n3+r/n3,r/n1"}));
}

TEST_F(LauncherTest, ValuesOfATemplateAreNotLookedInto) {
  make("template", R"(deploy = "preinstalled"
worker = "/opt/{node} {args}"
on_node = ["{worker}", "{name}{node}", "{args}"]
)");
  EXPECT_EQ(node(), (Command{"/opt/{node} {args}", "r/n2host2", "attached"}));
  EXPECT_THROW(group(), Error);  // no on_group
}

TEST_F(LauncherTest, PushBringsTheFilesFirst) {
  fs::create_directories(folder_ / "i/bin");
  fs::create_directories(folder_ / "i/lib/rackproof");
  const WorkerFiles files{folder_ / "i/bin/rackproof-worker",
                          folder_ / "i/lib/rackproof/librackproof-mpi.so"};
  std::ofstream(files.worker) << "worker";
  std::ofstream(files.module) << "module";
  make("ssh", "deploy = \"push\"\nfolder = \"/var/tmp/a b\"\n", files);
  const auto delivery = launcher_->delivery(site_.nodes[1]);
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->input, folder_ / "worker.tar");
  EXPECT_EQ(delivery->command[delivery->command.size() - 2], "host2");
  EXPECT_TRUE(delivery->command.back().starts_with("exec '/bin/sh' '-c' '")) << delivery->command.back();
  EXPECT_TRUE(node().back().starts_with("exec '/var/tmp/a b/")) << node().back();
  EXPECT_TRUE(node().back().ends_with("/bin/rackproof-worker' 'attached'")) << node().back();
  EXPECT_TRUE(group().back().starts_with("/var/tmp/a b/")) << group().back();
}

}  // namespace
}  // namespace rackproof
