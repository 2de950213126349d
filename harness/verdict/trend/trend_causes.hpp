// What those that changed have in common and others have not.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/verdict/trend/trend.hpp"

namespace rackproof {

/// A finding about one subject of a placement.
struct ChangedSubject {
  std::size_t finding = 0;    ///< row of Trend::findings
  std::uint32_t subject = 0;  ///< row of NightlyHistory::subjects()
  std::size_t night = 0;      ///< first on the new level
};

/// Takes subjects of one placement whose findings are of one kind of change. Those that changed within two nights of each other are
/// looked at together, by rack, model, labels and software (common_cause.hpp). Appends to `result.causes` and sets
/// TrendFinding::cause.
void group_by_cause(const NightlyHistory& history, Placement placement, Change change,
                    std::vector<ChangedSubject> changed, Trend& result);

}  // namespace rackproof
