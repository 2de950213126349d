// What of this machine can be read and how it is set, as far as it decides what can be measured and judged here.
#pragma once

#include <string>
#include <vector>

#include "harness/machine/system_root.hpp"

namespace rackproof {

struct MeasuringCondition {
  std::string subject;  ///< "memory modules"
  std::string found;    ///< what is there; or why it cannot be read, as Reading::why()
  std::string cost;     ///< what measuring here loses; empty: nothing
  bool is_met() const { return cost.empty(); }
};

/// One row per condition, always the same ones in the same order.
std::vector<MeasuringCondition> measuring_conditions(const SystemRoot& root);

}  // namespace rackproof
