// mpirun (Open MPI 4 and later) as launchers use it: its argument vector is made here only.
#pragma once

#include <string>
#include <vector>

#include "harness/launch/process.hpp"
#include "harness/plan/site.hpp"

namespace rackproof {

/// How mpirun reaches other nodes: over ssh, or as it finds best (a batch system's own way; otherwise ssh).
enum class RemoteStart { ssh, any };

/// "a:2,b:2": the addresses in rank order with the number of their ranks. Throws Error for an address that mpirun would
/// read as two or with a number, and for one that comes back after another: mpirun would put its ranks together.
std::string slots_of(const std::vector<const SiteNode*>& nodes);

/// Rank i of the program on nodes[i]. `time_limit_s` bounds the job; 0: no limit.
Command mpirun_on_nodes(const LaunchSettings& settings, const std::vector<const SiteNode*>& nodes,
                        double time_limit_s, const Command& program, RemoteStart start);

/// The same for a group, started here or, as the site has it, over ssh on the node of rank 0.
Command mpirun_group(const LaunchSettings& settings, const std::vector<const SiteNode*>& nodes,
                     double time_limit_s, const Command& program, RemoteStart start);

/// Ranks on this machine that stand in for nodes.
Command mpirun_here(const LaunchSettings& settings, std::size_t ranks, double time_limit_s,
                    const Command& program);

}  // namespace rackproof
