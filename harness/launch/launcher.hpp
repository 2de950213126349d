// How a step is started: the argument vector that brings a worker up on its nodes.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "harness/launch/process.hpp"
#include "harness/plan/site.hpp"

namespace rackproof {

/// Where this installation's files lie.
struct WorkerFiles {
  std::filesystem::path worker;  ///< rackproof-worker
  std::filesystem::path module;  ///< librackproof-mpi.so
};

class Launcher {
 public:
  virtual ~Launcher() = default;
  /// A supervisor on one node: device and node placements.
  virtual Command on_node(const SiteNode& node) const = 0;
  /// One rank per node, in this order: pairs and groups. `time_limit_s` bounds the whole job.
  virtual Command on_group(const std::vector<const SiteNode*>& nodes, double time_limit_s) const = 0;
};

/// The launcher that the site names. Throws Error for one that this version does not have.
std::unique_ptr<Launcher> make_launcher(const Site& site, const WorkerFiles& files);

}  // namespace rackproof
