// mpirun (Open MPI 4) as launchers use it: its argument vector is made here only.
#pragma once

#include <string>
#include <vector>

#include "harness/launch/process.hpp"
#include "harness/plan/site.hpp"

namespace rackproof {

/// How mpirun reaches other nodes: over ssh, or as it finds best (a batch system's own way; otherwise ssh).
enum class RemoteStart { ssh, any };

/// Starts ranks on nodes.
class Mpirun {
 public:
  Mpirun(const LaunchSettings& settings, RemoteStart start);

  /// Rank i of the program on nodes[i], whatever comes in between and wherever mpirun itself runs. `time_limit_s` bounds
  /// the job; 0: no limit. Throws Error for an address that mpirun would read as two, or with a number.
  Command on_nodes(const std::vector<const SiteNode*>& nodes, double time_limit_s,
                   const Command& program) const;

  /// The same for a group, started here or, as the site has it, over ssh on the node of rank 0.
  Command group(const std::vector<const SiteNode*>& nodes, double time_limit_s, const Command& program) const;

 private:
  Command job(const std::vector<const SiteNode*>& nodes, double time_limit_s, const Command& program,
              bool may_be_root) const;

  LaunchSettings settings_;
  RemoteStart start_;
  mutable int jobs_;  ///< started so far: each mpirun listens on ports of its own
};

/// Parameters of Open MPI for the site's networks and ports. Jobs with other numbers listen elsewhere.
Command network_parameters(const LaunchSettings& settings, int job);

/// Ranks on this machine that stand in for nodes.
Command mpirun_here(const LaunchSettings& settings, std::size_t ranks, double time_limit_s,
                    const Command& program);

}  // namespace rackproof
