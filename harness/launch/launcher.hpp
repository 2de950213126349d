// How a step is started: the argument vector that brings a worker up on its nodes.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "harness/launch/process.hpp"
#include "harness/plan/site.hpp"

namespace rackproof {

/// Where this installation's files lie.
struct WorkerFiles {
  std::filesystem::path worker;  ///< rackproof-worker
  std::filesystem::path module;  ///< librackproof-mpi.so
};

/// Brings the worker's files to a node: a command and the file that it reads on its standard input.
struct Delivery {
  Command command;
  std::filesystem::path input;
};

class Launcher {
 public:
  virtual ~Launcher() = default;
  /// A supervisor on one node: device and node placements.
  virtual Command on_node(const SiteNode& node) const = 0;
  /// One rank per entry, in this order: pairs and groups, and cases with a rank per device, whose node is repeated. A
  /// node's entries stand together. `time_limit_s` bounds the whole job.
  virtual Command on_group(const std::vector<const SiteNode*>& nodes, double time_limit_s) const = 0;
  /// With deploy = "push"; it ends with status 0 only when the files are there and their digest is right. Nothing:
  /// the files are there already.
  virtual std::optional<Delivery> delivery(const SiteNode&) const { return std::nullopt; }
  /// False where every node is this machine, which answers.
  virtual bool asks_who_answers() const { return true; }
};

/// Throws Error, with what to do instead, when the site's launcher cannot work here: "slurm" outside of an allocation.
void require_launcher(const Site& site);

/// The launcher that the site names. `folder` is the campaign's and is there, for files that a launcher needs. Throws
/// Error as require_launcher does, and when a file cannot be read or written. on_group throws it for addresses that the
/// launcher cannot take, and where the site has no way to start groups.
std::unique_ptr<Launcher> make_launcher(const Site& site, const WorkerFiles& files,
                                        const std::filesystem::path& folder);

}  // namespace rackproof
