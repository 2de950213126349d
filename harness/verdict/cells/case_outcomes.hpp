// What became of every promised case, as a file of cells keeps it: limits change nothing about it.
#pragma once

#include <string_view>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// One entry for each of Results::promises, in its order. Attribution as judge_case() does it.
std::vector<PromiseOutcome> case_outcomes(const Results& results);

/// The verdict of a completion cell.
Verdict verdict_of(CaseOutcome outcome);
/// Why it fails: "correctness", "stability", "inventory"; empty unless it does.
std::string_view failure_of(CaseOutcome outcome);

}  // namespace rackproof
