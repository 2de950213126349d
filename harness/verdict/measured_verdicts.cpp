#include "harness/verdict/measured_verdicts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/results/cells.hpp"
#include "harness/verdict/disturbance.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace words = verdict_texts;

void set(VerdictCell& cell, Verdict verdict, Phrase reason) {
  cell.verdict = verdict;
  cell.failure = verdict == Verdict::fail ? "limit" : "";
  cell.reason = std::move(reason);
}

void MeasuredVerdicts::decide(VerdictCell& cell, const Limit& limit, std::uint32_t series,
                              std::size_t measured) const {
  switch (results_.series[series].kind) {
    case QuantityKind::real:
      return decide_real(cell, limit, series, measured);
    case QuantityKind::exact:
      return decide_exact(cell, limit, series);
    case QuantityKind::text:
      return decide_text(cell, std::get<ExactTexts>(limit.bound), series);
  }
  throw Error("unknown kind of quantity");
}

void MeasuredVerdicts::decide_real(VerdictCell& cell, const Limit& limit, std::uint32_t series,
                                   std::size_t measured) const {
  const RealMeasurement real = measurements_.real(series, cell.target);
  cell.value = real.value;
  cell.lo = real.lo;
  cell.hi = real.hi;
  cell.launches = static_cast<std::int32_t>(real.launches.size());
  if (real.launches.size() < measured) {
    return set(cell, Verdict::not_judged, {words::kNumberMissing, real.launches.size(), measured});
  }
  NumberVerdict number =
      decide_number(limit, real.value, real.lo, real.hi, real.launches,
                    results_.provenance_of(results_.targets[cell.target]).launch_component);
  if (number.verdict == Verdict::fail)
    number = held_against_disturbance(number, limit, series, results_.targets[cell.target], real);
  set(cell, number.verdict, number.reason);
}

NumberVerdict MeasuredVerdicts::decide_number(const Limit& limit, double value, double lo, double hi,
                                              const std::vector<double>& launches, double component) const {
  NumberVerdict number = judge_number(limit.bound, value, lo, hi, launches, component);
  if (number.verdict != Verdict::inconclusive || limits_.at_budget_end == AtBudgetEnd::undecided)
    return number;
  const bool accept = limits_.at_budget_end == AtBudgetEnd::accept;
  return {accept ? Verdict::pass : Verdict::fail,
          {words::kAtBudgetEnd, accept ? "accept" : "reject", number.reason}};
}

/// A fail stays one only when it is one without what disturbed the launches too.
NumberVerdict MeasuredVerdicts::held_against_disturbance(const NumberVerdict& fail, const Limit& limit,
                                                         std::uint32_t series, const TargetRow& target,
                                                         const RealMeasurement& real) const {
  const SeriesRow& row = results_.series[series];
  if (!misses_for_the_worse(limit.bound, row.direction, real.lo, real.hi, real.launches)) return fail;
  std::vector<LaunchNumber> launches;
  for (const LaunchValue* value : real.rows) launches.push_back({value, &results_.attempts[value->attempt]});
  const double component = results_.provenance_of(target).launch_component;
  Phrase disturbance;
  for (const BusyLaunches busy : {BusyLaunches::left_out, BusyLaunches::credited}) {
    const Undisturbed rest = undisturbed(row, launches, busy);
    if (rest.disturbance.empty()) return fail;
    const CellValue cell = summarise(rest.attempts, rest.values, component);
    std::vector<double> values;
    for (const LaunchValue& value : rest.values) values.push_back(value.value);
    const NumberVerdict again =
        decide_number(limit, double{cell.value}, double{cell.lo}, double{cell.hi}, values, component);
    // What was credited may have gone beyond the other end of a band.
    if (again.verdict == Verdict::fail &&
        misses_for_the_worse(limit.bound, row.direction, double{cell.lo}, double{cell.hi}, values))
      return fail;
    disturbance = rest.disturbance;
  }
  return {Verdict::inconclusive, {words::kBut, fail.reason, disturbance}};
}

void MeasuredVerdicts::decide_exact(VerdictCell& cell, const Limit& limit, std::uint32_t series) const {
  const ExactValue* exact = measurements_.exact(series, cell.target);
  if (exact == nullptr) {
    const auto why = promised_.unavailable(cell.target, limit.metric);
    return set(cell, Verdict::not_judged,
               why.empty() ? Phrase(words::kNotMeasured) : Phrase(words::kUnavailable, why));
  }
  cell.found = std::to_string(exact->value);
  cell.value = cell.lo = cell.hi = static_cast<double>(exact->value);
  bool meets = false;
  if (const auto* equal = std::get_if<ExactNumber>(&limit.bound)) {
    if (exact->differs) {
      return set(cell, Verdict::fail, {words::kDiffers, exact->value});
    }
    meets = exact->value == equal->value;
  } else if (const auto* lower = std::get_if<LowerLimit>(&limit.bound)) {
    meets = cell.value >= lower->bound;
  } else if (const auto* upper = std::get_if<UpperLimit>(&limit.bound)) {
    meets = cell.value <= upper->bound;
  } else {
    const auto& band = std::get<BandLimit>(limit.bound);
    meets = cell.value >= band.lower && cell.value <= band.upper;
  }
  if (!meets) return set(cell, Verdict::fail, {words::kFoundLimit, exact->value, phrase_of(limit)});
  // Only the last launch's count is kept: the others may miss the bound.
  if (exact->differs) {
    return set(cell, Verdict::inconclusive, {words::kDiffers, exact->value});
  }
  set(cell, Verdict::pass, {words::kFound, exact->value});
}

void MeasuredVerdicts::decide_text(VerdictCell& cell, const ExactTexts& allowed, std::uint32_t series) const {
  const std::vector<std::string> found = measurements_.texts(series, cell.target);
  if (found.empty()) return set(cell, Verdict::not_judged, words::kNotMeasured);
  cell.found = fmt::format("{}", fmt::join(found, ", "));
  for (const auto& text : found) {
    if (std::find(allowed.values.begin(), allowed.values.end(), text) == allowed.values.end()) {
      return set(cell, Verdict::fail,
                 {words::kFoundAllowed, text, fmt::format("{}", fmt::join(allowed.values, ", "))});
    }
  }
  set(cell, Verdict::pass, {words::kFound, cell.found});
}

}  // namespace rackproof
