#include "harness/verdict/cells/cell_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/base/error.hpp"
#include "harness/base/no_number.hpp"
#include "harness/verdict/cells/case_outcomes.hpp"
#include "harness/verdict/disturbance.hpp"
#include "harness/verdict/good_range.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

namespace words = verdict_texts;

std::uint8_t stored(Verdict verdict) { return static_cast<std::uint8_t>(verdict); }

class RowJudge {
 public:
  RowJudge(const CellReader& cells, const Limits& limits, const CellLimits& selection)
      : cells_(cells), limits_(limits), selection_(selection) {}

  void judge_completion(JudgedRow& out) const {
    const CaseColumn column = cells_.read_case(out.row.case_row, out.row.placement);
    out.row.verdict.assign(column.outcome.size(), kNoCell);
    for (std::uint32_t i = 0; i < column.outcome.size(); ++i) {
      const CaseOutcome outcome = column.outcome[i];
      if (outcome == CaseOutcome::not_planned) continue;
      const Verdict verdict = verdict_of(outcome);
      out.row.verdict[i] = stored(verdict);
      if (verdict == Verdict::fail)
        add_failing(out, i, std::string(failure_of(outcome)), words::kCaseItself,
                    {kNoNumber, kNoNumber, kNoNumber, 0});
    }
  }

  void judge_limit(JudgedRow& out, std::size_t row, const CellRow& cells) const {
    const Limit& limit = limits_.limits[row];
    const Placement placement = out.row.placement;
    out.row.verdict.assign(cells_.subjects(placement).size(), kNoCell);
    const Mask holds = selection_.holds(row, placement);
    if (std::ranges::find(holds, 1) == holds.end()) return;
    const Mask unmet = selection_.unmet(row, placement);
    const Mask own = selection_.calibrated(row, placement);
    const CaseColumn column = cells_.read_case(out.row.case_row, placement);
    const auto decide = [&](const auto& one) {
      for (std::uint32_t i = 0; i < holds.size(); ++i) {
        if (holds[i] == 0 || column.outcome[i] == CaseOutcome::not_planned) continue;
        const Verdict completion = verdict_of(column.outcome[i]);
        Verdict verdict = Verdict::not_judged;
        if (completion == Verdict::not_applicable) {
          verdict = completion;
        } else if ((!unmet.empty() && unmet[i] != 0) || (!own.empty() && own[i] != 0)) {
          verdict = Verdict::not_judged;
        } else if (completion == Verdict::fail) {
          verdict = completion;
          add_failing(out, i, std::string(failure_of(column.outcome[i])), words::kCaseItself,
                      {kNoNumber, kNoNumber, kNoNumber, 0});
        } else if (completion == Verdict::pass) {
          verdict = one(i, column.disturbed[i] != 0);
        }
        out.row.verdict[i] = stored(verdict);
      }
    };
    if (std::holds_alternative<AsPromised>(limit.bound) || !limit.unresolved.empty())
      return decide([](std::uint32_t, bool) { return Verdict::not_judged; });
    switch (cells_.series()[selection_.series(row)].kind) {
      case QuantityKind::real:
        return judge_real(out, limit, cells, decide);
      case QuantityKind::exact:
        return judge_exact(out, limit, decide);
      case QuantityKind::text:
        return judge_text(out, limit, decide);
    }
  }

 private:
  struct Number {
    double value, lo, hi;
    int launches;
  };

  static void add_failing(JudgedRow& out, std::uint32_t subject, std::string failure, Phrase reason,
                          const Number& number) {
    if (out.row.severity == Severity::score) {
      ++out.below_score;
      return;
    }
    if (out.failing_total++ >= kFailingKept) return;
    out.failing.push_back({out.row.placement, subject, out.row.case_row, out.row.series, out.row.limit,
                           std::move(failure), std::move(reason), number.value, number.lo, number.hi,
                           number.launches});
  }

  template <class Decide>
  void judge_real(JudgedRow& out, const Limit& limit, const CellRow& row, const Decide& decide) const {
    const auto series = static_cast<std::size_t>(out.row.series);
    const GoodRange good = good_range(limit.bound);
    const auto& part = cells_.subjects(out.row.placement).part;
    decide([&](std::uint32_t i, bool disturbed) {
      const auto value = double{row.value[i]}, lo = double{row.lo[i]}, hi = double{row.hi[i]};
      const auto least = double{row.least[i]}, most = double{row.most[i]};
      // Nearly all: the interval and every launch on the good side. What is NaN is decided below.
      if (lo >= good.least && hi <= good.most && least >= good.least && most <= good.most && lo <= value &&
          value <= hi && row.n[i] > 0 && std::isfinite(lo) && std::isfinite(hi) && std::isfinite(least) &&
          std::isfinite(most))
        return Verdict::pass;
      const double component = cells_.parts().at(part[i]).launch_component;
      return decide_number(out, limit, i, {value, lo, hi, row.n[i]}, component,
                           launches_of(value, least, most, row.n[i]), cells_.series()[series].direction,
                           disturbed);
    });
  }

  /// As far as a cell knows them.
  static std::vector<double> launches_of(double value, double least, double most, std::uint16_t n) {
    if (n == 0) return {};
    if (n == 1) return {value};
    std::vector<double> launches(n, value);
    launches.front() = least;
    launches.back() = most;
    return launches;
  }

  Verdict decide_number(JudgedRow& out, const Limit& limit, std::uint32_t i, const Number& number,
                        double component, const std::vector<double>& launches, Direction direction,
                        bool disturbed) const {
    NumberVerdict verdict =
        judge_number(limit.bound, number.value, number.lo, number.hi, launches, component);
    if (verdict.verdict == Verdict::inconclusive && limits_.at_budget_end != AtBudgetEnd::undecided)
      verdict.verdict = limits_.at_budget_end == AtBudgetEnd::accept ? Verdict::pass : Verdict::fail;
    if (verdict.verdict != Verdict::fail) return verdict.verdict;
    // Nobody knows here how much a disturbance cost.
    if (disturbed && misses_for_the_worse(limit.bound, direction, number.lo, number.hi, launches))
      return Verdict::inconclusive;
    add_failing(out, i, "limit", verdict.reason, number);
    return Verdict::fail;
  }

  template <class Decide>
  void judge_exact(JudgedRow& out, const Limit& limit, const Decide& decide) const {
    const ExactRow row = cells_.read_exact(static_cast<std::size_t>(out.row.series), out.row.placement);
    const auto* equal = std::get_if<ExactNumber>(&limit.bound);
    decide([&](std::uint32_t i, bool) {
      if (row.state[i] == 0) return Verdict::not_judged;
      const bool differs = row.state[i] == 2;
      const auto value = static_cast<double>(row.value[i]);
      bool meets = false;
      if (equal != nullptr) {
        meets = !differs && row.value[i] == equal->value;
      } else {
        const GoodRange good = good_range(limit.bound);
        meets = value >= good.least && value <= good.most;
      }
      if (!meets) {
        add_failing(out, i, "limit", {differs ? words::kFoundDiffers : words::kFound, row.value[i]},
                    {value, value, value, 0});
        return Verdict::fail;
      }
      return differs ? Verdict::inconclusive : Verdict::pass;
    });
  }

  template <class Decide>
  void judge_text(JudgedRow& out, const Limit& limit, const Decide& decide) const {
    const auto rows = cells_.read_text(static_cast<std::size_t>(out.row.series), out.row.placement);
    const auto& allowed = std::get<ExactTexts>(limit.bound).values;
    decide([&](std::uint32_t i, bool) {
      if (rows[i] == kNoText) return Verdict::not_judged;
      const std::string_view found = cells_.text(rows[i]);
      if (std::ranges::find(allowed, found) != allowed.end()) return Verdict::pass;
      for (std::size_t begin = 0; begin <= found.size();) {  // several are joined
        const std::size_t end = std::min(found.find(", ", begin), found.size());
        if (std::ranges::find(allowed, found.substr(begin, end - begin)) == allowed.end()) {
          add_failing(out, i, "limit", {words::kFound, printable(std::string(found))},
                      {kNoNumber, kNoNumber, kNoNumber, 0});
          return Verdict::fail;
        }
        begin = end + 2;
      }
      return Verdict::pass;
    });
  }

  const CellReader& cells_;
  const Limits& limits_;
  const CellLimits& selection_;
};

}  // namespace

JudgedRow CellRows::completion(Placement placement, std::size_t case_row) const {
  JudgedRow out;
  out.row.placement = placement;
  out.row.case_row = case_row;
  RowJudge(cells_, limits_, selection_).judge_completion(out);
  return out;
}

JudgedRow CellRows::limit(Placement placement, std::size_t case_row, std::size_t limit,
                          const CellRow& cells) const {
  JudgedRow out;
  out.row.placement = placement;
  out.row.case_row = case_row;
  out.row.limit = static_cast<std::int32_t>(limit);
  out.row.series = static_cast<std::int32_t>(selection_.series(limit));
  out.row.severity = limits_.limits[limit].severity;
  RowJudge(cells_, limits_, selection_).judge_limit(out, limit, cells);
  return out;
}

}  // namespace rackproof
