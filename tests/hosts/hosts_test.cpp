// The test hosts themselves: each is a machine of its own, and the network, ssh, mpirun and Slurm join them.
#include <signal.h>

#include <set>

#include "harness/base/error.hpp"
#include "tests/e2e/long_campaign.hpp"
#include "tests/hosts/hosts_fixture.hpp"

namespace rackproof::hosts {

namespace {

using e2e::Finished;
using e2e::lines_of;

const std::vector<std::string> kAll{"h0", "h1", "h2", "h3"};
const std::string kBootId = "/proc/sys/kernel/random/boot_id";

class Hosts : public ClusterTest {
 protected:
  static Finished shell(const std::string& host, const std::string& text) {
    return cluster().on(host, {"bash", "-c", text});
  }
  static Finished ssh(const std::string& host, std::vector<std::string> options,
                      const std::vector<std::string>& command) {
    options.insert(options.begin(), {"ssh", "-F", cluster().ssh_config()});
    options.push_back(host);
    options.insert(options.end(), command.begin(), command.end());
    return cluster().on("head", options);
  }
  static std::string rank_hosts() { return (e2e::build_folder() / "tests/hosts_rank_hosts").string(); }
};

std::multiset<std::string> set_of(const Finished& finished) {
  const auto lines = lines_of(finished.out);
  return {lines.begin(), lines.end()};
}

TEST_F(Hosts, EachIsAMachineOfItsOwn) {
  std::set<std::string> boots{lines_of(read_file(kBootId)).at(0)};
  std::set<std::string> machines{lines_of(read_file("/etc/machine-id")).at(0)};
  std::vector<std::string> names = kAll;
  names.push_back("head");
  for (const auto& name : names) {
    const auto lines =
        lines_of(shell(name, "hostname; cat " + kBootId +
                                 " /etc/machine-id; ls -x /sys/class/net; ip -o -4 address show | "
                                 "tr -s ' ' | cut -d' ' -f2,4 | paste -sd' '")
                     .out);
    ASSERT_EQ(lines.size(), 5u) << name;
    EXPECT_EQ(lines[0], name);
    EXPECT_TRUE(boots.insert(lines[1]).second) << name << " has another's boot id " << lines[1];
    EXPECT_TRUE(machines.insert(lines[2]).second) << name << " has another's machine id " << lines[2];
    if (name == "head") {
      EXPECT_EQ(lines[3], "eth0  lo") << "in the control network alone";
      EXPECT_EQ(lines[4], "lo 127.0.0.1/8 eth0 10.77.255.1/16");
    } else {
      const std::string number = std::to_string(std::stoi(name.substr(1)) + 1);
      EXPECT_EQ(lines[3], "eth0  eth1  lo");
      EXPECT_EQ(lines[4], "lo 127.0.0.1/8 eth0 10.77.0." + number + "/16 eth1 10.78.0." + number + "/16");
    }
  }
}

TEST_F(Hosts, ShareNothingThatCanBeWritten) {
  const Finished first =
      shell("h0", "for f in /tmp /var/tmp /root /run /etc /dev/shm; do echo mine >$f/mine; done");
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const Finished other =
      shell("h1", "ls /tmp/mine /var/tmp/mine /root/mine /run/mine /etc/mine /dev/shm/mine");
  EXPECT_EQ(other.out, "");
  EXPECT_EQ(read_file(cluster().file_of("h0", "/var/tmp/mine")), "mine\n");
  for (const auto& folder : {e2e::source_folder(), e2e::build_folder(), std::filesystem::path("/usr/lib")}) {
    const Finished written =
        shell("h0", "ls '" + folder.string() + "' >/dev/null && touch '" + folder.string() + "/mine'");
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "Read-only file system", written.err) << folder;
  }
  EXPECT_EQ(shell("h1", "ps ax -o pid=,comm= | head -n 1 | tr -d ' '").out, "1bash\n")
      << "processes of its own";
}

TEST_F(Hosts, AreReachedBySshWithTheirKeys) {
  for (const auto& host : kAll) EXPECT_EQ(ssh(host, {}, {"hostname"}).out, host + "\n");
  EXPECT_EQ(ssh("10.77.0.3", {}, {"hostname"}).out, "h2\n");
  EXPECT_EQ(cluster().on("h0", {"ssh", "h3-data", "hostname"}).out, "h3\n")
      << "without -F, in the data network";
}

TEST_F(Hosts, AWrongOrUnknownHostKeyIsRefused) {
  const e2e::TemporaryFolder folder;
  const auto known = folder.path() / "known_hosts";
  const auto keys = lines_of(read_file(cluster().state() / "ssh/known_hosts"));
  for (const auto& key : keys) {
    if (key.starts_with("h1,")) write_durably(known, "h0" + key.substr(key.find(' ')) + "\n");
  }
  const std::vector<std::string> options{"-o", "UserKnownHostsFile=" + known.string()};
  const Finished wrong = ssh("h0", options, {"hostname"});
  EXPECT_EQ(wrong.exit_code, 255);
  EXPECT_EQ(wrong.out, "");
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "REMOTE HOST IDENTIFICATION HAS CHANGED", wrong.err);
  const Finished unknown = ssh("h2", options, {"hostname"});
  EXPECT_EQ(unknown.exit_code, 255);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "Host key verification failed", unknown.err);
}

TEST_F(Hosts, RanksOfMpirunPassMessages) {
  const std::vector<std::string> mpirun{"mpirun", "--allow-run-as-root", "--host", "h0,h1,h2,h3"};
  auto names = mpirun, messages = mpirun;
  names.push_back("hostname");
  messages.push_back(rank_hosts());
  const Finished named = cluster().on("head", names);
  EXPECT_EQ(set_of(named), (std::multiset<std::string>{"h0", "h1", "h2", "h3"})) << named.err;
  const Finished passed = cluster().on("head", messages);
  EXPECT_EQ(passed.out, "4 ranks: h0 h1 h2 h3\n") << passed.err;
  const Finished from_host = cluster().on("h0", messages);
  EXPECT_EQ(from_host.out, "4 ranks: h0 h1 h2 h3\n")
      << "an orchestrator need not be on head: " << from_host.err;
}

TEST_F(Hosts, SlurmStartsTasksAndRanks) {
  ASSERT_NO_THROW(cluster().apply({"slurm", "up"}));
  const Finished tasks = cluster().on("head", {"srun", "-D", "/", "-N4", "hostname"});
  EXPECT_EQ(set_of(tasks), (std::multiset<std::string>{"h0", "h1", "h2", "h3"})) << tasks.err;
  const Finished ranks = cluster().on("head", {"srun", "-D", "/", "--mpi=pmix", "-K", "-N4", rank_hosts()});
  EXPECT_EQ(ranks.out, "4 ranks: h0 h1 h2 h3\n") << ranks.err;
  ASSERT_NO_THROW(cluster().apply({"slurm", "down"}));
  EXPECT_NE(cluster().on("head", {"timeout", "1", "sinfo"}).exit_code, 0);
  EXPECT_EQ(shell("h2", "ps ax -o comm= | grep slurm").out, "");
}

TEST_F(Hosts, AnOrchestratorRunsOnHeadAndGetsSignals) {
  const ClusterCampaign campaign(
      cluster(), e2e::long_plan(20).text(), e2e::SiteText{}.text(),
      e2e::limits_text({{std::string(e2e::kTriad) + "#wrong_elements", "exact = 0"}}));
  e2e::RunningCommand run(campaign.run_arguments_on_head(), campaign.options());
  ASSERT_TRUE(e2e::eventually(30, [&] { return !campaign.records("case_begin").empty(); })) << run.wait().err;
  run.signal(SIGINT);
  const Finished finished = run.wait();
  EXPECT_EQ(finished.exit_code, 130) << finished.out << finished.err;
  const auto hellos = campaign.records("hello");
  ASSERT_FALSE(hellos.empty());
  EXPECT_EQ(hellos.front().at("ranks").at(0).at("hostname"), "head");
  EXPECT_EQ(hellos.front().at("ranks").at(0).at("boot_id").get<std::string>() + "\n",
            cluster().on("head", {"cat", kBootId}).out);
  EXPECT_EQ(campaign.shown().at("ended"), "interrupted");
}

TEST(ClusterSites, NameRacksNodesAndAddressesInOrder) {
  ClusterSite site{
      .racks = 2, .nodes = 2, .launcher = "ssh", .launch = "answer_time = \"5 s\"", .more = {}, .faults = {}};
  site.faults = {"fault=none", "fault=slow"};
  const std::string text = site.text();
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "launcher = \"ssh\"", text);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "[launch]\nanswer_time = \"5 s\"\n", text);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "name = \"r2/n1\"\nrack = \"r2\"\naddress = \"h2\"", text);
  EXPECT_LT(text.find("address = \"h1\""), text.find("fault=slow"));
  EXPECT_LT(text.find("fault=slow"), text.find("address = \"h2\""));
}

}  // namespace

}  // namespace rackproof::hosts
