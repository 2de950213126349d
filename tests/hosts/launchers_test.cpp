// One plan on two racks of four hosts, whatever starts the workers: the same cases end in the same states.
#include <fmt/format.h>

#include <algorithm>
#include <list>

#include "tests/hosts/launcher_campaign.hpp"

namespace rackproof::hosts {

namespace {

using e2e::Finished;
using e2e::lines_of;

constexpr int kHosts = 8;

/// Everything that is promised, in the states that the devices cause.
std::multiset<std::string> promised() {
  std::multiset<std::string> all;
  std::vector<std::string> nodes;
  for (int host = 0; host < kHosts; ++host)
    nodes.push_back(fmt::format("r{}/n{}", host / 4 + 1, host % 4 + 1));
  for (const auto& node : nodes) {
    const char* const status = node == "r2/n3" ? "unsupported" : "ok";
    all.insert(fmt::format("{}/dev0 {} 0 {}", node, e2e::kTriad, status));
    all.insert(fmt::format("{} {} 0 ok", node, kCopy));
  }
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i)
    all.insert(fmt::format("{}+{} {} 0 ok", nodes[i], nodes[i + 1], kLatency));
  for (const char* group : {"r1", "r2", "site"}) all.insert(fmt::format("{} {} 0 ok", group, kAllreduce));
  return all;
}

class Launchers : public ClusterTest {
 protected:
  static void SetUpTestSuite() { bring_up({.hosts = kHosts, .slurm = true}); }

  static ClusterCampaign campaign(const std::string& launcher, const std::string& launch = {}) {
    ClusterSite site{
        .racks = 2, .nodes = 4, .launcher = launcher, .launch = launch, .more = {}, .faults = {}};
    site.faults.assign(6, "fault=none");
    site.faults.push_back("fault=dtype_missing,op=triad,dtype=f64");
    const std::string plan =
        quick_plan(run_of(kCopy, "node") + run_of(kLatency, "pair") + run_of(kAllreduce, "group:rack") +
                       run_of(kAllreduce, "group:site"),
                   2);
    return {cluster(), plan, site.text(), count_limits()};
  }

  /// Of a campaign that ended: all cases, in their states; what one device lacks leaves it undecided.
  static void expect_promised(const ClusterCampaign& campaign, const Finished& finished) {
    EXPECT_EQ(finished.exit_code, 2) << finished.out << finished.err;
    EXPECT_EQ(states(campaign), promised()) << troubles(campaign);
    for (const auto& line : transports(campaign)) EXPECT_PRED_FORMAT2(testing::IsSubstring, "tcp", line);
    if (transports_.empty()) transports_ = transports(campaign);
    EXPECT_EQ(transports(campaign), transports_) << "as with the launcher before";
    EXPECT_EQ(transports(campaign).size(), 10u);
    // Rank i is on the i-th host of the site, wherever mpirun runs.
    std::vector<std::string> hosts, expected;
    for (const auto& hello : campaign.records("hello")) {
      if (hello.at("ranks").size() != kHosts) continue;
      hosts.clear();
      for (const auto& rank : hello.at("ranks")) hosts.push_back(rank.at("hostname"));
    }
    for (int host = 0; host < kHosts; ++host) expected.push_back(fmt::format("h{}", host));
    EXPECT_EQ(hosts, expected);
  }

 private:
  static inline std::set<std::string> transports_;  // of the first campaign
};

TEST_F(Launchers, SshWithMpirun) {
  const auto over_ssh = campaign("ssh");
  expect_promised(over_ssh, over_ssh.run_on_head());
}

TEST_F(Launchers, MpirunAlone) {
  const auto by_mpirun = campaign("mpirun");
  expect_promised(by_mpirun, by_mpirun.run_on_head());
}

TEST_F(Launchers, SlurmInAnAllocation) {
  const auto in_slurm = campaign("slurm");
  std::vector<std::string> command{"salloc", "--quiet", "--exclusive", fmt::format("--nodes={}", kHosts)};
  const auto run = in_slurm.run_arguments();
  command.insert(command.end(), run.begin(), run.end());
  expect_promised(in_slurm, cluster().on("head", command, in_slurm.options()));
}

TEST_F(Launchers, ATemplateOfArgumentVectors) {
  const auto by_template = campaign("template",
                                    "on_node = [\"ssh\", \"{node}\", \"exec {worker} {args}\"]\n"
                                    "on_group = [\"mpirun\", \"--allow-run-as-root\", \"--bind-to\", "
                                    "\"none\", \"--map-by\", \"seq\", \"--host\", "
                                    "\"{rank_hosts}\", \"-n\", \"{ranks}\", \"{worker}\", \"{args}\"]");
  expect_promised(by_template, by_template.run_on_head());
}

/// A bundle's place, and how it is started there.
struct Errand {
  std::string name;     ///< "r1%2Fn1.json"
  std::string command;  ///< as README.txt has it
  std::string host;
  std::size_t first = 0, last = 0;  ///< hosts that take part
};

class Detached : public Launchers {
 protected:
  /// What README.txt of the bundles asks for.
  static std::vector<Errand> errands_of(const ClusterCampaign& campaign) {
    std::vector<Errand> errands;
    std::string target;
    for (const auto& line : lines_of(read_file(campaign.output() / "bundles" / "README.txt"))) {
      const auto bundle = line.find("--bundle ");
      if (!line.starts_with("  ") || bundle == std::string::npos) {
        target = line.substr(0, line.find(" ("));
        continue;
      }
      const auto nodes = hosts_of(target);
      const auto name = line.substr(bundle + 9, line.find(".json") + 5 - bundle - 9);
      errands.push_back({name, line.substr(2), fmt::format("h{}", nodes.first), nodes.first, nodes.second});
    }
    return errands;
  }
  /// "r1/n2" and "r1/n2+r1/n3", "r2", "site" → the first and the last host.
  static std::pair<std::size_t, std::size_t> hosts_of(const std::string& target) {
    const auto host_of = [&](std::size_t at) {
      return static_cast<std::size_t>((target[at + 1] - '1') * 4 + target[at + 4] - '1');
    };
    if (target == "site") return {0, kHosts - 1};
    const auto plus = target.find('+');
    if (plus != std::string::npos) return {host_of(0), host_of(plus + 1)};
    if (target.find('/') != std::string::npos) return {host_of(0), host_of(0)};
    const auto first = static_cast<std::size_t>((target.at(1) - '1') * 4);
    return {first, first + 3};
  }
  /// Copied to the host by ssh, run there, and its journal copied back.
  static std::vector<std::string> carried(const ClusterCampaign& campaign, const Errand& errand) {
    const std::string script =
        "ssh -n \"$1\" mkdir -p /var/tmp/bundles && ssh \"$1\" \"cat >/var/tmp/bundles/$2\" <\"$3/$2\" && "
        "ssh -n \"$1\" \"cd /var/tmp/bundles && $4\"; status=$?; "
        "ssh -n \"$1\" \"cat /var/tmp/bundles/${2%.json}-*.jsonl\" >\"$5/${2%.json}.jsonl\" && exit $status";
    return cluster().arguments_on("head", {"sh", "-c", script, "carry", errand.host, errand.name,
                                           (campaign.output() / "bundles").string(), errand.command,
                                           (campaign.folder() / "journals").string()});
  }
};

TEST_F(Detached, BundlesOnTheHostsAndTheirJournals) {
  const auto detached =
      campaign("ssh", fmt::format("deploy = \"preinstalled\"\nworker = \"{}\"\nmpirun = [\"mpirun\", "
                                  "\"--allow-run-as-root\"]",
                                  (e2e::build_folder() / "bin/rackproof-worker").string()));
  std::filesystem::create_directory(detached.folder() / "journals");
  const Finished emitted = cluster().on("head", {e2e::rackproof_program(), "plan", detached.plan(), "--site",
                                                 detached.site(), "--emit", detached.output()});
  ASSERT_EQ(emitted.exit_code, 0) << emitted.err;
  auto errands = errands_of(detached);
  ASSERT_EQ(errands.size(), 8u + 7u + 3u);
  // Those of different hosts at a time.
  while (!errands.empty()) {
    std::set<std::size_t> busy;
    std::list<std::pair<std::string, e2e::RunningCommand>> running;
    for (auto errand = errands.begin(); errand != errands.end();) {
      bool is_free = true;
      for (std::size_t host = errand->first; host <= errand->last; ++host)
        is_free = is_free && !busy.contains(host);
      if (!is_free) {
        ++errand;
        continue;
      }
      for (std::size_t host = errand->first; host <= errand->last; ++host) busy.insert(host);
      running.emplace_back(std::piecewise_construct, std::forward_as_tuple(errand->name),
                           std::forward_as_tuple(carried(detached, *errand), detached.options()));
      errand = errands.erase(errand);
    }
    for (auto& [name, command] : running) {
      const Finished finished = command.wait();
      EXPECT_EQ(finished.exit_code, 0) << name << ": " << finished.err;
    }
  }
  const Finished collected = cluster().on(
      "head", {e2e::rackproof_program(), "collect", detached.output(), detached.folder() / "journals"});
  expect_promised(detached, collected);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "the campaign is complete", collected.err);
}

}  // namespace

}  // namespace rackproof::hosts
