// The figures that one limit was judged by, on all subjects of its placement.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "harness/verdict/cells/cell_limits.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// Entry i of each belongs to subject i.
struct JudgedColumn {
  std::vector<float> value;             ///< SI; NaN: no figure stands behind the verdict
  std::vector<float> lo, hi;            ///< of a real quantity, else empty
  std::vector<std::uint16_t> launches;  ///< of a real quantity, else empty: how many measured it
  std::vector<std::int64_t> count;      ///< of an exact quantity, else empty
  std::vector<std::uint32_t> text;      ///< of a text, else empty: rows of CellReader::text()
};

/// Any thread may call it. As judge() does: no figure where the limit makes no cell or has no number, where its conditions are not met,
/// where a gate was calibrated itself, and where an answer did not check. `verdict`: by column, as judge_cells() says.
JudgedColumn judged_column(const CellReader& cells, const Limits& limits, const CellLimits& selection,
                           std::size_t limit, const std::vector<std::uint8_t>& verdict);

/// The figures of one subject, as a cell of verdicts has them: value, lo, hi, launches, found. The rest of the cell stays empty.
VerdictCell figures_of(const JudgedColumn& column, const CellReader& cells, std::size_t subject);

}  // namespace rackproof
