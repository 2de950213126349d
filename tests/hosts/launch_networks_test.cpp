// Launchers on networks of their own: what is measured takes the data network, ports stay in their range, and the login
// node takes no connection.
#include <fmt/format.h>

#include <cstdint>

#include "tests/hosts/launcher_campaign.hpp"

namespace rackproof::hosts {

namespace {

using e2e::Finished;
using e2e::lines_of;

/// Bytes that interfaces of a host sent so far.
struct Sent {
  std::int64_t control = 0, data = 0;
};

class LaunchNetworks : public ClusterTest {
 protected:
  static void SetUpTestSuite() { bring_up({.hosts = 2, .slurm = true}); }

  void TearDown() override {
    for (const char* host : {"h0", "h1", "head"}) cluster().on(host, {"iptables", "-F", "INPUT"});
  }

  static Finished shell(const std::string& host, const std::string& text) {
    return cluster().on(host, {"bash", "-c", text});
  }
  static Sent sent_by(const std::string& host) {
    const auto lines = lines_of(
        shell(host, "cat /sys/class/net/eth0/statistics/tx_bytes /sys/class/net/eth1/statistics/tx_bytes")
            .out);
    return {std::stol(lines.at(0)), std::stol(lines.at(1))};
  }
  /// Only these ports take connections from outside, from now on.
  static void close_all_but(const std::string& host, const std::string& ports) {
    const Finished closed =
        shell(host, "iptables -A INPUT ! -i lo -p tcp --syn -m multiport ! --dports " + ports + " -j DROP");
    ASSERT_EQ(closed.exit_code, 0) << closed.err;
  }
  /// Whether a port is behind the firewall: nothing answers, not even that nothing listens.
  static bool is_closed(const std::string& from, const std::string& host, int port) {
    return shell(from, fmt::format("timeout 1 bash -c '</dev/tcp/{}/{}'", host, port)).exit_code == 124;
  }

  /// The bandwidth of a pair, and what its nodes sent meanwhile.
  static void measure(const ClusterSite& site, std::vector<std::string> command = {}) {
    const ClusterCampaign campaign(cluster(), quick_plan(run_of(kBandwidth, "pair")), site.text(),
                                   count_limits());
    const Sent before = sent_by("h0");
    const auto run = campaign.run_arguments();
    command.insert(command.end(), run.begin(), run.end());
    const Finished finished = cluster().on("head", command, campaign.options());
    ASSERT_EQ(finished.exit_code, 0) << finished.out << finished.err;
    const Sent after = sent_by("h0");
    const auto attempts = campaign.attempts("r1/n1+r1/n2", kBandwidth);
    ASSERT_EQ(attempts.size(), 1u);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "tcp", attempts[0].text.at("transport"));
    const std::int64_t measured = attempts[0].iterations * 16 * 262144;
    EXPECT_GT(measured, 0);
    EXPECT_GE(after.data - before.data, measured) << "the messages went over data_net";
    EXPECT_LT(after.control - before.control, measured) << "control_net has what starts and ends the job";
    const auto path = attempts[0].counters.find("path");
    ASSERT_NE(path, attempts[0].counters.end()) << "data_net is the path that messages must take";
    EXPECT_GE(path->second.delta.value_or(0), static_cast<double>(measured)) << path->second.unavailable;
  }
};

TEST_F(LaunchNetworks, DataNetworkOfJobStepsOfSlurm) {
  measure({.racks = 1,
           .nodes = 2,
           .launcher = "slurm",
           .launch = "data_net = \"eth1\"\nports = \"46000-46199\"",
           .more = {},
           .faults = {}},
          {"salloc", "--quiet", "--exclusive", "--nodes=2"});
}

TEST_F(LaunchNetworks, MessagesThatTakeAnotherNetworkThanTheSiteStatesAreWrong) {
  const ClusterSite site{.racks = 1,
                         .nodes = 2,
                         .launcher = "ssh",
                         .launch =
                             "mpirun_from = \"first_target\"\ncontrol_net = \"10.77.0.0/16\"\n"
                             "data_net = \"10.78.0.0/16\"\npath = { interface = \"eth0\" }",
                         .more = {},
                         .faults = {}};
  const ClusterCampaign campaign(cluster(), quick_plan(run_of(kBandwidth, "pair")), site.text(),
                                 count_limits());
  const Finished finished = cluster().on("head", campaign.run_arguments(), campaign.options());
  EXPECT_EQ(finished.exit_code, 1) << finished.out << finished.err;
  const auto attempts = campaign.attempts("r1/n1+r1/n2", kBandwidth);
  ASSERT_EQ(attempts.size(), 1u);
  EXPECT_EQ(attempts[0].outcome.status, Status::wrong) << attempts[0].outcome.reason;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "went over eth0, at least 90 % must", attempts[0].outcome.reason);
  EXPECT_TRUE(attempts[0].values.empty());
}

TEST_F(LaunchNetworks, DataNetworkPortsAndALoginNodeThatNobodyReaches) {
  close_all_but("h0", "22,46000:46199");
  close_all_but("h1", "22,46000:46199");
  close_all_but("head", "1");
  ASSERT_TRUE(is_closed("h0", "h1", 45999));
  ASSERT_FALSE(is_closed("h0", "h1", 46000)) << "open, though nobody listens";
  ASSERT_TRUE(is_closed("h0", "head", 46000));
  measure({.racks = 1,
           .nodes = 2,
           .launcher = "ssh",
           .launch = "mpirun_from = \"first_target\"\ncontrol_net = \"10.77.0.0/16\"\n"
                     "data_net = \"10.78.0.0/16\"\nports = \"46000-46199\"",
           .more = {},
           .faults = {}});
}

}  // namespace

}  // namespace rackproof::hosts
