// A comparison for people.
#pragma once

#include <string>
#include <vector>

#include "harness/verdict/compare/comparison.hpp"

namespace rackproof {

/// Conditions that differ first, then a line for each ratio, what only some files have, and how many words are wrong by chance.
std::string comparison_text(const std::vector<ComparisonSide>& sides, const Comparison& comparison);

}  // namespace rackproof
