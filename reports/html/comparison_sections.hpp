// The sections of the comparison page, in page order. Each is escaped HTML without scripts and style attributes; empty without data.
#pragma once

#include <string>
#include <vector>

#include "harness/verdict/compare/comparison.hpp"
#include "reports/language/language.hpp"

namespace rackproof::html {

using Sides = std::vector<ComparisonSide>;

/// Devices picked by hand, and how many conditions differ.
std::string comparison_strip(const Comparison& comparison, const Words& words);
std::string conditions_section(const Sides& sides, const Comparison& comparison, const Words& words);
/// A section each of closed, open and every other division.
std::string division_sections(const Sides& sides, const Comparison& comparison, const Words& words);
std::string unmatched_section(const Comparison& comparison, const Words& words);
/// Multiplicity, the replicate, the files with what was left out of them.
std::string comparison_method_section(const Sides& sides, const Comparison& comparison, const Words& words);

}  // namespace rackproof::html
