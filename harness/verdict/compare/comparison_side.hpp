// One side of a comparison from its file.
#pragma once

#include "harness/results/cell_reader.hpp"
#include "harness/verdict/compare/comparison.hpp"

namespace rackproof {

/// What of a file is compared, with its conditions. A replicate is a device, or another target; two that are one (the same key, nodes on
/// one machine) are one replicate, their geometric mean. `results`: the same file, for what needs attempts; nullptr: it has none, and
/// then implementations and power are not known. Both must outlive the side.
ComparisonSide comparison_side(const CellReader& cells, const Results* results, std::string sha256);

/// What was found of the machines, and how they were measured: software, settings, preflight, virtual, throttled.
FoundConditions found_conditions(const CellReader& cells, const Results* results);

}  // namespace rackproof
