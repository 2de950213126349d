// What became of every promised case, as a file of cells keeps it: limits change nothing about it.
#pragma once

#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/results/cell_reader.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// One entry for each of Results::promises, in its order. Attribution as judge_case() does it.
std::vector<PromiseOutcome> case_outcomes(const Results& results);

/// The verdict of a completion cell. Throws Error for what nobody planned.
constexpr Verdict verdict_of(CaseOutcome outcome) {
  switch (outcome) {
    case CaseOutcome::complete:
      return Verdict::pass;
    case CaseOutcome::partial:
      return Verdict::inconclusive;
    case CaseOutcome::wrong:
    case CaseOutcome::unstable:
    case CaseOutcome::missing:
      return Verdict::fail;
    case CaseOutcome::not_measured:
      return Verdict::not_judged;
    case CaseOutcome::exempt:
      return Verdict::not_applicable;
    case CaseOutcome::not_planned:
      break;
  }
  throw Error("what nobody planned has no verdict");
}
/// Why it fails: "correctness", "stability", "inventory"; empty unless it does.
std::string_view failure_of(CaseOutcome outcome);

}  // namespace rackproof
