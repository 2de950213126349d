// Test hosts: a cluster of namespaces on this machine (tests/hosts/hosts), and campaigns that an orchestrator on its
// login node runs on its hosts.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/small_campaign.hpp"

namespace rackproof::hosts {

struct ClusterOptions {
  int hosts = 4;       ///< h0, h1, …
  bool shared = true;  ///< hosts see the source and build trees, read-only, where this machine has them
  bool sshd = true;    ///< on every host
  bool slurm = false;  ///< slurmctld on head, slurmd on every host
};

/// Why test hosts cannot be had on this machine, empty when they can.
std::string why_unavailable();

/// The login node "head" and the hosts. They end with this object, and with this process however it ends.
class Cluster {
 public:
  /// Throws Error with what `hosts up` said.
  explicit Cluster(const ClusterOptions& options = {});
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// Runs `hosts ARGUMENTS…`, for example {"cut", "h2"}.
  e2e::Finished script(const std::vector<std::string>& arguments) const;
  /// The same. Throws Error with what it said unless it exits with 0.
  void apply(const std::vector<std::string>& arguments) const;

  /// Argument vector that runs a command on a host or on head; on head signals reach it.
  std::vector<std::string> arguments_on(const std::string& host,
                                        const std::vector<std::string>& command) const;
  e2e::Finished on(const std::string& host, const std::vector<std::string>& command,
                   const e2e::CommandOptions& options = {}) const;

  /// RACKPROOF_HOSTS_DIR of these hosts.
  std::filesystem::path state() const { return folder_.path() / "hosts"; }
  /// Where a file lies for this process that a host has at `path`: below /tmp, /var/tmp or /root.
  std::filesystem::path file_of(const std::string& host, const std::filesystem::path& path) const;
  std::filesystem::path ssh_config() const { return state() / "ssh_config"; }

 private:
  e2e::TemporaryFolder folder_;
};

/// A site of racks r1, r2, … with nodes r1/n1, r1/n2, … at the addresses h0, h1, … in order. Each node has a device
/// "dev0" of the fault backend.
struct ClusterSite {
  int racks = 1;
  int nodes = 4;  ///< of each rack
  std::string launcher = "ssh";
  std::string launch;               ///< lines of the table [launch]; without it when empty
  std::string more;                 ///< lines at the top: slots, …
  std::vector<std::string> faults;  ///< options of the nodes' devices in order; "fault=none" where absent
  std::string text() const;
};

/// A small campaign whose orchestrator runs on head.
class ClusterCampaign : public e2e::SmallCampaign {
 public:
  ClusterCampaign(const Cluster& cluster, const std::string& plan, const std::string& site,
                  const std::string& limits)
      : SmallCampaign(plan, site, limits), cluster_(cluster) {}

  /// For RunningCommand, with options().
  std::vector<std::string> run_arguments_on_head(const std::vector<std::string>& more = {}) const {
    return cluster_.arguments_on("head", run_arguments(more));
  }
  e2e::Finished run_on_head(const std::vector<std::string>& more = {}) const {
    return e2e::run_command(run_arguments_on_head(more), options());
  }

 private:
  const Cluster& cluster_;
};

/// Tests that share one cluster, brought up once. Another one than the default: a SetUpTestSuite of their own that
/// calls bring_up. Where hosts cannot be had they are skipped with the reason; with RACKPROOF_REQUIRE_HOSTS=1 they fail.
class ClusterTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { bring_up(); }
  static void TearDownTestSuite() { cluster_.reset(); }
  static void bring_up(const ClusterOptions& options = {});
  static const Cluster& cluster() { return *cluster_; }
  void SetUp() override;

 private:
  static std::unique_ptr<Cluster> cluster_;
};

}  // namespace rackproof::hosts
