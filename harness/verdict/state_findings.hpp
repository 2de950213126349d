// Findings from the state of the machines around the measurements, one per kind and case, whatever the number of targets.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/verdict/findings.hpp"

namespace rackproof {

/// "busy host", "overhead", "unsteady", "not settled", "throttled", "numa placement" (limits: disturbance.hpp), and
/// "residency" when a bandwidth of memory may be that of a cache.
class StateFindings {
 public:
  /// The attempts of one (target, case); those that ended ok count. The rows must outlive this.
  /// `normal`: bits of throttling that are no finding.
  void add(const TargetRow& target, const std::string& case_id, const CaseHistory& history,
           std::uint64_t normal = 0);
  /// Adds a row per kind and case that any attempt shows: the worst reading, how many launches and which targets.
  void report(Findings& findings) const;

 private:
  struct Observed {
    const TargetRow* target;
    const AttemptRow* attempt;
    bool throttles_normally;  ///< for reasons that are no finding only
    bool shares_host;  ///< the others that had its CPUs are its own ranks: virtual nodes of one machine
  };
  std::map<std::string, std::vector<Observed>> cases_;
};

}  // namespace rackproof
