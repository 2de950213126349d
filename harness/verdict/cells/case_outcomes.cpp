#include "harness/verdict/cells/case_outcomes.hpp"

#include <algorithm>

#include "harness/verdict/case_index.hpp"
#include "harness/verdict/disturbance.hpp"

namespace rackproof {

namespace {

CaseOutcome outcome_of(const CaseVerdict& verdict) {
  switch (verdict.verdict) {
    case Verdict::pass:
      return CaseOutcome::complete;
    case Verdict::inconclusive:
      return CaseOutcome::partial;
    case Verdict::not_judged:
      return CaseOutcome::not_measured;
    case Verdict::not_applicable:
      return CaseOutcome::exempt;
    case Verdict::fail:
      break;
  }
  if (verdict.failure == "correctness") return CaseOutcome::wrong;
  if (verdict.failure == "stability") return CaseOutcome::unstable;
  if (verdict.failure == "inventory") return CaseOutcome::missing;
  throw Error("a case fails for a reason that cells do not know: " + verdict.failure);
}

bool is_disturbed(const AttemptRow& attempt) {
  return attempt.outcome.status == Status::ok &&
         (host_was_busy(attempt) || reading(attempt.after, "overhead") > kMostOverhead);
}

}  // namespace

std::vector<PromiseOutcome> case_outcomes(const Results& results) {
  const CaseIndex cases(results);
  std::vector<PromiseOutcome> out;
  out.reserve(results.promises.size());
  for (const PromiseRow& promise : results.promises) {
    const CaseHistory history = cases.history(promise);
    out.push_back(
        {outcome_of(judge_case(history)),
         std::ranges::any_of(history.attempts, [](const auto* row) { return is_disturbed(*row); })});
  }
  return out;
}

std::string_view failure_of(CaseOutcome outcome) {
  switch (outcome) {
    case CaseOutcome::wrong:
      return "correctness";
    case CaseOutcome::unstable:
      return "stability";
    case CaseOutcome::missing:
      return "inventory";
    default:
      return "";
  }
}

}  // namespace rackproof
