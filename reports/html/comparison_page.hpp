// Several machines against the first: conditions that differ before any ratio, each division by itself, and never a winner where no
// difference is shown. Everything that it says stands in the comparison; it decides nothing itself.
#pragma once

#include <cstddef>
#include <vector>

#include "harness/verdict/compare/comparison.hpp"
#include "reports/html/page.hpp"

namespace rackproof {

/// Most rows of each list; the rest is counted.
inline constexpr std::size_t kMostConditions = 100;
inline constexpr std::size_t kMostRatios = 400;  ///< of each division
inline constexpr std::size_t kMostUnmatched = 100;
inline constexpr std::size_t kMostSideNotes = 50;

/// Conditions, closed division, open division, others, what is not in every file, method and files. Throws Error when `comparison` is of
/// other sides.
Page comparison_page(const std::vector<ComparisonSide>& sides, const Comparison& comparison,
                     const Words& words);

}  // namespace rackproof
