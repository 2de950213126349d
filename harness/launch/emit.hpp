// The steps of a campaign as files that are carried to its nodes: work without a harness.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/launch/launcher.hpp"
#include "harness/plan/catalogue.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plan/site.hpp"
#include "harness/record/journal.hpp"

namespace rackproof {

/// The steps of one node, or of one target that takes an MPI job.
struct EmittedBundle {
  std::string name;                  ///< of its file in the folder of the bundles, without ".json"
  std::string target;                ///< node, pair or group
  std::vector<std::uint32_t> nodes;  ///< of the target, as indices into Site::nodes
  std::vector<std::uint32_t> ranks;  ///< node of each rank; empty: one process
  std::uint64_t steps = 0;
  double estimate_s = 0;
  std::string digest;  ///< SHA-256 of its file's text before the last line
};

/// The name of the bundle of a job, without its ending ".json": "rack1%2Fnode2" for what one process does on a node,
/// "rack1.group" for one rank on each node of a target, "rack1@devices.group" for one on each device. '/' is
/// percent-encoded, and so is the last dot of a node named "….group": no two share a name.
std::string bundle_name(const std::string& target, const std::vector<std::uint32_t>& nodes,
                        const std::vector<std::uint32_t>& ranks);

/// Writes the bundles of what is left of a campaign to `folder`/bundles, in place of those that are there: a bundle for
/// each node and for each pair, group or other target that takes an MPI job, and README.txt, which says how each is run.
/// One walk over the plan; a step is in memory once. Returns the bundles in the order of the walk. Throws Error (disk
/// full); the bundles that were there stay.
std::vector<EmittedBundle> emit_bundles(const Plan& plan, const Site& site, Catalogue catalogue,
                                        const JournalContent& journal, const std::filesystem::path& folder,
                                        const WorkerFiles& files);

}  // namespace rackproof
