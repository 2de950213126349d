// A step, or what is left of one, waiting for its worker, and what its worker is asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/plan/catalogue.hpp"
#include "harness/plan/expand.hpp"
#include "harness/plan/site.hpp"
#include "harness/record/bundle.hpp"
#include "harness/record/outcome.hpp"

namespace rackproof {

struct Job {
  enum class Kind {
    measure,
    answer,  ///< no cases: who is there?
    control  ///< a case again, on a machine that is not suspected
  };
  /// The launch of a control: it tells about another target, and is no launch of its own.
  static constexpr int kControlLaunch = -1;

  Step step;
  int attempt = 0;
  std::vector<std::string> cases;
  /// The node of each rank of an MPI job, as an index into Site::nodes; empty: one process on the target's node.
  std::vector<std::uint32_t> ranks;
  std::optional<Outcome> without_worker;  ///< what becomes of its cases, for which no worker is started
  Kind kind = Kind::measure;
  std::optional<Target> suspect{};  ///< of a control: about which it tells
};

/// Whether a target is on one node, so that a worker without rendezvous measures it.
inline bool is_single(const Target& target) {
  return target.placement == Placement::node || target.placement == Placement::device;
}

/// The node of each rank of the MPI job that a case takes on those nodes of a target: one rank on each node of a pair or
/// group; one for each device of the nodes where the case asks for that. Empty: one process.
std::vector<std::uint32_t> ranks_of(const Site& site, Catalogue catalogue, const Target& target,
                                    const std::vector<std::uint32_t>& nodes, const std::string& case_id);

/// What the worker of a job is asked; `start` counts the workers of its step before this one.
BundleStep bundle_step(const Site& site, const Job& job, int start);

}  // namespace rackproof
