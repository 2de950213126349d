// What goes wrong when workers are started, and what is brought to hosts that share no files.
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdint>

#include "harness/results/results_file.hpp"
#include "tests/hosts/launcher_campaign.hpp"

namespace rackproof::hosts {

namespace {

namespace fs = std::filesystem;
using e2e::Finished;
using e2e::lines_of;

class LaunchTrouble : public ClusterTest {
 protected:
  static void SetUpTestSuite() { bring_up({.hosts = 4, .shared = false}); }

  static ClusterSite site_of(int nodes, const std::string& launch) {
    return {.racks = 1, .nodes = nodes, .launcher = "ssh", .launch = launch, .more = {}, .faults = {}};
  }
  /// deploy = "push" into a folder of the hosts.
  static std::string push_to(const std::string& folder, const std::string& more = {}) {
    return fmt::format("deploy = \"push\"\nfolder = \"{}\"\n{}", folder, more);
  }
  static std::string pair_plan() { return quick_plan(run_of(kLatency, "pair")); }
  /// A script of this machine that stands in for ssh.
  static std::string ssh_by(const e2e::TemporaryFolder& folder, const std::string& script) {
    const fs::path file = folder.path() / "ssh";
    write_durably(file, "#!/bin/bash\n" + script + "\n");
    fs::permissions(file, fs::perms::owner_all);
    return fmt::format("ssh = [\"{}\"]\n", file.string());
  }
  /// Files below a folder of a host: name → inode and time of change.
  static std::map<std::string, std::string> files_of(const std::string& host, const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(cluster().file_of(host, folder))) {
      struct stat file {};
      if (::stat(entry.path().c_str(), &file) == 0)
        files[entry.path()] = fmt::format("{} {}.{}", file.st_ino, file.st_ctim.tv_sec, file.st_ctim.tv_nsec);
    }
    return files;
  }
  static std::int64_t bytes_received(const std::string& host) {
    return std::stol(cluster().on(host, {"cat", "/sys/class/net/eth0/statistics/rx_bytes"}).out);
  }
  /// Status and reason of the device case of a node.
  static Outcome outcome(const ClusterCampaign& campaign, int node) {
    const auto attempts = campaign.attempts(fmt::format("r1/n{}/dev0", node), e2e::kTriad);
    return attempts.size() == 1 ? attempts[0].outcome
                                : Outcome{Status::skipped, Phase::finish, "not tried once"};
  }
};

TEST_F(LaunchTrouble, WithoutSharedFilesTheyArePushedOnce) {
  ASSERT_NE(cluster().on("h0", {"ls", (e2e::build_folder() / "bin").string()}).exit_code, 0)
      << "the hosts do not see this installation";
  const std::string site = site_of(2, push_to("/var/tmp/pushed")).text();
  const ClusterCampaign first(cluster(), pair_plan(), site, count_limits());
  const std::int64_t before = bytes_received("h0");
  const Finished pushed = first.run_on_head();
  ASSERT_EQ(pushed.exit_code, 0) << pushed.out << pushed.err;
  const std::int64_t between = bytes_received("h0");
  const auto archive = static_cast<std::int64_t>(fs::file_size(first.output() / "worker.tar"));
  EXPECT_GT(between - before, archive);
  const auto placed = files_of("h0", "/var/tmp/pushed");
  EXPECT_FALSE(placed.empty());

  const ClusterCampaign second(cluster(), pair_plan(), site, count_limits());
  const Finished known = second.run_on_head();
  ASSERT_EQ(known.exit_code, 0) << known.out << known.err;
  EXPECT_EQ(files_of("h0", "/var/tmp/pushed"), placed) << "nothing is placed again";
  EXPECT_LT(bytes_received("h0") - between, archive) << "nothing is sent again";
  EXPECT_EQ(states(second), states(first));
}

TEST_F(LaunchTrouble, WhatIsInstalledOnTheHostsIsStartedThere) {
  for (const char* host : {"h0", "h1"}) {
    const fs::path place = cluster().file_of(host, "/var/tmp/opt");
    fs::create_directories(place / "bin");
    fs::copy_file(e2e::build_folder() / "bin/rackproof-worker", place / "bin/rackproof-worker");
    fs::copy(e2e::build_folder() / "lib", place / "lib", fs::copy_options::recursive);
  }
  ClusterSite site = site_of(2, "deploy = \"preinstalled\"\nworker = \"/var/tmp/opt/bin/rackproof-worker\"");
  site.launcher = "mpirun";
  const ClusterCampaign campaign(cluster(), pair_plan(), site.text(), count_limits());
  const Finished finished = campaign.run_on_head();
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  std::set<std::string> folders;  // of the libraries that were loaded; what ranks link has no path
  for (const auto& hello : campaign.records("hello")) {
    for (const auto& backend : hello.at("backends"))
      folders.insert(fs::path(backend.at("path").get<std::string>()).parent_path());
  }
  folders.erase("");
  EXPECT_EQ(folders, std::set<std::string>{"/var/tmp/opt/lib/rackproof"});
}

TEST_F(LaunchTrouble, AnArchiveThatArrivesDamagedIsRefused) {
  const e2e::TemporaryFolder folder;
  const std::string damaging = ssh_by(
      folder,
      "if [[ $* == *' h1 '*rackproof-push* ]]; then tr '\\0' '\\1' | ssh \"$@\"; else exec ssh \"$@\"; fi");
  const ClusterCampaign campaign(cluster(), quick_plan({}),
                                 site_of(2, push_to("/var/tmp/damaged", damaging)).text(), count_limits());
  const Finished finished = campaign.run_on_head();
  EXPECT_EQ(finished.exit_code, 2) << finished.out << finished.err;
  EXPECT_EQ(outcome(campaign, 1).status, Status::ok);
  EXPECT_EQ(outcome(campaign, 2).status, Status::failed);
  EXPECT_EQ(outcome(campaign, 2).phase, Phase::launch);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "the worker's files arrived damaged: their SHA-256 is ",
                      outcome(campaign, 2).reason);
  EXPECT_TRUE(fs::is_empty(cluster().file_of("h1", "/var/tmp/damaged"))) << "nothing of it is left";
}

TEST_F(LaunchTrouble, ASetupScriptChangesTheEnvironmentAndThatIsRecorded) {
  const std::string launch = push_to("/var/tmp/pushed", "setup = \"modules.sh\"\n");
  const ClusterCampaign campaign(cluster(), pair_plan(), site_of(2, launch).text(), count_limits());
  write_durably(
      campaign.folder() / "modules.sh",
      "export SITE_MODULES=mpi:compiler OPENBLAS_NUM_THREADS=1\nexport SITE_RAIL=$(hostname)\nunset USER\n");
  const Finished finished = campaign.run_on_head();
  ASSERT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  std::set<std::string> rails;
  for (const auto& record : campaign.records("hello")) {
    const auto hello = record.get<Hello>();
    if (hello.setup_environment.empty()) continue;  // of who answers, which has no cases
    EXPECT_EQ(hello.setup_environment.at("SITE_MODULES"), "mpi:compiler");
    EXPECT_EQ(hello.removed_environment.at("OPENBLAS_NUM_THREADS"), "1") << "spoils numbers, whoever sets it";
    rails.insert(hello.setup_environment.at("SITE_RAIL").value_or("none"));
  }
  EXPECT_EQ(rails, (std::set<std::string>{"h0", "h1"})) << "it ran where the cases did";
  const std::string manifest = read_file(campaign.output() / "manifest.sha256");
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "  modules.sh\n", manifest);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "  worker.tar\n", manifest);
  const auto kept = read_results(campaign.output() / "results.h5").provenance.setup_environment;
  EXPECT_EQ(kept.at("SITE_MODULES"), "mpi:compiler");
  EXPECT_EQ(kept.at("SITE_RAIL"), "differs between nodes");
  EXPECT_EQ(kept.at("USER"), std::nullopt);
  EXPECT_FALSE(kept.contains("OPENBLAS_NUM_THREADS"));
}

TEST_F(LaunchTrouble, ANodeThatCannotBeStartedFailsAloneWithItsLine) {
  const e2e::TemporaryFolder folder;
  std::string known;
  for (const auto& line : lines_of(read_file(cluster().state() / "ssh/known_hosts"))) {
    const auto key = line.find(' ');
    known += (line.starts_with("h2,")
                  ? line.substr(0, key) + known.substr(known.find(' '), known.find('\n') - known.find(' '))
                  : line) +
             "\n";
  }
  write_durably(folder.path() / "known_hosts", known);
  ASSERT_EQ(cluster().on("h1", {"mv", "/etc/ssh/authorized_keys", "/etc/ssh/kept"}).exit_code, 0);
  const std::string options = fmt::format("ssh = [\"ssh\", \"-o\", \"UserKnownHostsFile={}\"]\n",
                                          (folder.path() / "known_hosts").string());
  // h0 is well, h1 refuses the key, h2 has another host key, h9 is not there.
  std::string site = site_of(4, push_to("/var/tmp/pushed", options)).text();
  site.replace(site.find("\"h3\""), 4, "\"h9\"");
  const ClusterCampaign campaign(cluster(), quick_plan({}), site, count_limits());
  const Finished finished = campaign.run_on_head();
  ASSERT_EQ(cluster().on("h1", {"mv", "/etc/ssh/kept", "/etc/ssh/authorized_keys"}).exit_code, 0);
  EXPECT_EQ(finished.exit_code, 2) << finished.out << finished.err;
  EXPECT_EQ(outcome(campaign, 1).status, Status::ok) << "the others are measured";
  const char* const lines[]{"Permission denied", "Host key verification failed",
                            "Could not resolve hostname h9"};
  for (int node = 2; node <= 4; ++node) {
    const Outcome failed = outcome(campaign, node);
    EXPECT_EQ(failed.status, Status::failed);
    EXPECT_EQ(failed.phase, Phase::launch);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, lines[node - 2], failed.reason);
  }
}

TEST_F(LaunchTrouble, OnlyWhenNoNodeCanBeStartedItIsAnError) {
  std::string site = site_of(2, push_to("/var/tmp/pushed")).text();
  site.replace(site.find("\"h0\""), 4, "\"h8\"");
  site.replace(site.find("\"h1\""), 4, "\"h9\"");
  const ClusterCampaign campaign(cluster(), quick_plan({}), site, count_limits());
  const Finished finished = campaign.run_on_head();
  EXPECT_EQ(finished.exit_code, 3) << finished.out;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "no node could be started; the first one: r1/n", finished.err);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "Could not resolve hostname h", finished.err);
  EXPECT_TRUE(fs::exists(campaign.output() / "results.h5")) << "what was tried is kept";
}

}  // namespace

}  // namespace rackproof::hosts
