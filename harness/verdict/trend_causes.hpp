// What those that changed have in common and others have not.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/verdict/trend.hpp"

namespace rackproof {

/// A finding about one subject of a placement.
struct ChangedSubject {
  std::size_t finding = 0;    ///< row of Trend::findings
  std::uint32_t subject = 0;  ///< row of NightlyHistory::subjects()
  std::size_t night = 0;      ///< first on the new level
};

/// Takes subjects of one placement whose findings are of one kind of change. Those that changed within two nights of each other are
/// looked at together: of the attributes (rack, model, labels, software) the one that is least likely to be so frequent among them by chance
/// (hypergeometric tail, times the number of attributes and values tried, below 0.01) becomes a cause, at least three subjects and
/// a third of those that have it; the rest is looked at again. Appends to `result.causes` and sets TrendFinding::cause.
void group_by_cause(const NightlyHistory& history, Placement placement, Change change,
                    std::vector<ChangedSubject> changed, Trend& result);

}  // namespace rackproof
