#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <iterator>

#include "reports/escape.hpp"
#include "reports/explanation.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

class FormattedLines {
 public:
  template <class... Values>
  void add(int depth, fmt::format_string<Values...> format, Values&&... values) {
    std::string line = visible_text(fmt::format(format, std::forward<Values>(values)...));
    line.erase(line.find_last_not_of(' ') + 1);
    text_ += std::string(static_cast<std::size_t>(2 * depth), ' ') + line + "\n";
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_attempt(const ExplainedAttempt& attempt, FormattedLines& lines) {
  const AttemptRow& row = *attempt.row;
  const Outcome& outcome = row.outcome;
  lines.add(1, "{}, attempt {}: {}{}{}; {} samples, stopped: {}",
            row.launch < 0 ? "control" : fmt::format("launch {}", row.launch + 1), row.attempt + 1,
            to_string(outcome.status),
            outcome.status == Status::ok ? "" : fmt::format(" ({})", to_string(outcome.phase)),
            outcome.reason.empty() ? "" : ": " + outcome.reason, row.iterations, to_string(row.stop));
  if (attempt.sample_s.size() == 4) {
    const auto text = [&](std::size_t i) { return format_quantity(attempt.sample_s[i], kSecond); };
    lines.add(2, "a sample takes {} (median), 5 % {}, 95 % {}, 99 % {}", text(1), text(0), text(2), text(3));
  }
  if (!row.implementation_detail.empty())
    lines.add(2, "implementation: {}, {}", row.implementation, row.implementation_detail);
  for (const std::string& condition : attempt.conditions) lines.add(2, "{}", condition);
  for (const CounterRow* counter : attempt.counters) {
    if (!counter->unavailable.empty()) {
      lines.add(2, "counter {}: {}", counter->name, counter->unavailable);
    } else {
      lines.add(2, "counter {}: +{:.6g} {}", counter->name, counter->delta,
                counter->unit == "1" ? "" : counter->unit);
    }
  }
}

void add_verdict(const VerdictCell& cell, const Limits& limits, FormattedLines& lines) {
  const Limit& limit = limits.limits.at(static_cast<std::size_t>(cell.limit));
  lines.add(2, "{} {}: {}{}", to_string(cell.severity), to_string(limit), to_string(cell.verdict),
            cell.failure.empty() ? "" : " (" + cell.failure + ")");
  lines.add(3, "rule: {}", cell.reason);
  lines.add(3, "limit from: {}{}", limit.clause.empty() ? "" : "clause " + limit.clause + ": ",
            limit.provenance);
}

void add_quantity(const ExplainedQuantity& quantity, const Limits& limits, FormattedLines& lines) {
  const SeriesRow& series = *quantity.series;
  if (quantity.cell) {
    const Dimension dimension = dimension_of(series.unit);
    const auto text = [&](double value) { return value_text(value, dimension); };
    const CellValue& cell = *quantity.cell;
    lines.add(1, "{}: {} {}", series.metric(), text(double{cell.value}),
              interval_text(double{cell.lo}, double{cell.hi}, dimension));
    for (const ExplainedLaunch& launch : quantity.launches) {
      const LaunchValue& value = *launch.value;
      lines.add(2, "launch {}: {} {}, n = {}", launch.launch + 1, text(value.value),
                interval_text(value.lo, value.hi, dimension), value.n);
    }
  } else {
    lines.add(1, "{}: {}", series.metric(), quantity.found.empty() ? "not measured" : quantity.found);
  }
  for (const VerdictCell* cell : quantity.judged) add_verdict(*cell, limits, lines);
  if (quantity.judged.empty()) lines.add(2, "no limit: for information");
}

}  // namespace

std::string explanation_text(const Explanation& explanation, const Limits& limits) {
  FormattedLines lines;
  const TargetRow& target = *explanation.target;
  lines.add(0, "{} at {}", explanation.case_id, target.name);
  if (!explanation.title.empty()) lines.add(1, "{}", explanation.title);
  lines.add(1, "{}{}{}", explanation.place, target.model.empty() ? "" : ", model " + target.model,
            target.serial.empty() ? "" : ", serial " + target.serial);
  if (explanation.completion != nullptr) {
    const VerdictCell& cell = *explanation.completion;
    lines.add(0, "completion: {}{}{}", to_string(cell.verdict),
              cell.failure.empty() ? "" : " (" + cell.failure + ")",
              cell.reason.empty() ? "" : ": " + cell.reason.en);
  }
  lines.add(0, "attempts: {}", explanation.attempts.size());
  for (const ExplainedAttempt& attempt : explanation.attempts) add_attempt(attempt, lines);
  lines.add(0, "quantities, launch-to-launch component {}",
            explanation.component > 0 ? percent_text(explanation.component) : "not declared");
  for (const ExplainedQuantity& quantity : explanation.quantities) add_quantity(quantity, limits, lines);
  if (!explanation.findings.empty()) lines.add(0, "findings");
  for (const Finding* finding : explanation.findings)
    lines.add(1, "{} {}: {}; {}", finding->id, finding->kind, finding->evidence, finding->action);
  if (!explanation.rerun.empty()) lines.add(0, "again: {}", explanation.rerun);
  return lines.take();
}

}  // namespace rackproof
