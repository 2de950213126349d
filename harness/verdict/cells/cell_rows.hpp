// One limit, or the completion of a case, on all subjects of a placement: as judge() decides it, from what a cell keeps.
#pragma once

#include <vector>

#include "harness/verdict/cells/cell_judge.hpp"
#include "harness/verdict/cells/cell_limits.hpp"

namespace rackproof {

/// A row of verdicts and what of it fails.
struct JudgedRow {
  VerdictRow row;
  std::vector<FailingCell> failing;  ///< gate cells, the first of them
  std::uint64_t failing_total = 0;
  std::uint64_t below_score = 0;  ///< score cells that miss their limit
};

class CellRows {
 public:
  /// All must outlive it.
  CellRows(const CellReader& cells, const Limits& limits, const CellLimits& selection)
      : cells_(cells), limits_(limits), selection_(selection) {}

  /// Any thread may call these.
  JudgedRow completion(Placement placement, std::size_t case_row) const;
  /// `cells`: the limit's series with intervals, ranges and launches, when it is real.
  JudgedRow limit(Placement placement, std::size_t case_row, std::size_t limit, const CellRow& cells) const;

 private:
  const CellReader& cells_;
  const Limits& limits_;
  const CellLimits& selection_;
};

}  // namespace rackproof
