// What the steps of single nodes and devices say about taking a node into pairs and groups, and about whose fault
// trouble is.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/launch/history.hpp"
#include "harness/plan/site.hpp"
#include "harness/plan/target.hpp"

namespace rackproof {

/// Whether a measured value is below the `exclude_below` of a limit on it; nothing when no limit has one. A value that
/// is no number is below.
using IsBelow = std::function<std::optional<bool>(const Target& target, const std::string& case_id,
                                                  const std::string& quantity, double value)>;

class Screening {
 public:
  /// Machines on which a case is run again, at most, to tell a sick target from trouble of all.
  static constexpr int kMostControls = 3;

  /// All must outlive it.
  Screening(const Site& site, const History& history, IsBelow is_below);

  /// An outcome of a case on one node or device, which the history has already.
  void see(const Target& target, const CaseEnd& end);

  /// Why pairs and groups leave the node out: a wrong answer, an attributed stability failure, or every launch below
  /// exclude_below. Empty: they do not.
  std::string reason(std::uint32_t node) const;

  /// The next machine on which to run a case that has gone wrong too often on a target, when none of the same model
  /// has ended it ok since. Nothing: not needed, or nobody is left. `usable`: nodes on which steps can be started.
  std::optional<Target> control(const Target& target, const std::string& case_id,
                                const std::function<bool(std::uint32_t)>& usable);

 private:
  using Place = std::pair<std::string, std::string>;  // target, case
  struct Trouble {
    std::string wrong;  // the first wrong answer
    std::map<Place, Target> unstable;
    std::map<std::string, bool> below;  // "metric@target" → every launch so far
  };
  bool is_attributed(const Target& target, const std::string& case_id) const;
  /// Calls `visit` with the targets of the same placement and model on other machines, those after the target first,
  /// until it returns true. Returns whether one did.
  bool any_other(const Target& target, const std::function<bool(const Target&)>& visit) const;

  const Site& site_;
  const History& history_;
  IsBelow is_below_;
  std::map<std::uint32_t, Trouble> troubles_;        // by node
  std::map<Place, std::set<std::string>> controls_;  // that were asked for
};

}  // namespace rackproof
