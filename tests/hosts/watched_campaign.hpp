// A campaign on hosts that is watched and disturbed while it runs.
#pragma once

#include "tests/e2e/process_table.hpp"
#include "tests/hosts/hosts_fixture.hpp"

namespace rackproof::hosts {

/// A process of rackproof-worker on a host.
struct HostWorker {
  pid_t pid = 0;       ///< here
  std::string number;  ///< its pid in the host
  std::string host;
  std::string mode;  ///< attached, child, rank
};

class WatchedCampaign : public ClusterCampaign {
 public:
  WatchedCampaign(const Cluster& cluster, const std::string& plan, const std::string& site,
                  const std::string& limits)
      : ClusterCampaign(cluster, plan, site, limits), cluster_(cluster) {}

  bool has_begun(const std::string& target, const std::string& case_id) const;
  /// Waits until a case has begun on a target. False when it never did, for a minute.
  bool is_at(const std::string& target, const std::string& case_id) const;
  /// On one host, or on all; of one mode, or of all.
  std::vector<HostWorker> workers(const std::string& host = {}, const std::string& mode = {}) const;
  /// The only one. Throws Error with what there is instead.
  HostWorker worker(const std::string& host, const std::string& mode) const;
  /// True when no worker is left on a host, or on any, after at most `seconds`.
  bool is_clean_within(double seconds, const std::string& host = {}) const;

  /// What a case came to on a target: "crashed, ok" for a failed attempt and a good one.
  std::string outcomes(const std::string& target, const std::string& case_id) const;
  /// Of the first attempt.
  Outcome first_outcome(const std::string& target, const std::string& case_id) const;
  /// "r1/n1: evidence" of each notice of a kind, in order; a group's node follows it after a blank.
  std::vector<std::string> notices(const std::string& kind) const;

 private:
  const Cluster& cluster_;
};

}  // namespace rackproof::hosts
