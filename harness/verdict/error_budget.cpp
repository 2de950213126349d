#include "harness/verdict/error_budget.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "harness/results/results.hpp"
#include "harness/verdict/gate_error.hpp"

namespace rackproof {

ErrorBudget error_budget(const Verdicts& verdicts, const Results& results, const Limits& limits) {
  std::unordered_map<std::string, QuantityKind> kinds;
  for (const SeriesRow& series : results.series) kinds.emplace(series.metric(), series.kind);
  ErrorBudget budget;
  for (const VerdictCell& cell : verdicts.cells) {
    if (cell.limit < 0 || cell.severity != Severity::gate) continue;
    if (cell.verdict != Verdict::pass && cell.verdict != Verdict::fail &&
        cell.verdict != Verdict::inconclusive)
      continue;
    const auto kind = kinds.find(limits.limits.at(static_cast<std::size_t>(cell.limit)).metric);
    if (kind != kinds.end() && kind->second == QuantityKind::real) ++budget.numbers;
  }
  budget.expected = static_cast<double>(budget.numbers) * kGateError;
  return budget;
}

std::string to_string(const ErrorBudget& budget) {
  return fmt::format(
      "{} gates on numbers, each with an error of {:.3g} at most: {:.3g} false fails expected at most",
      budget.numbers, kGateError, budget.expected);
}

}  // namespace rackproof
