#include "reports/cell_explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

#include "harness/base/closest.hpp"
#include "harness/base/error.hpp"
#include "harness/base/no_number.hpp"
#include "harness/verdict/cells/case_outcomes.hpp"
#include "harness/verdict/cells/cell_rows.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kCompared = 50'000;  // names that a mistyped one is held against

struct Where {
  Placement placement = Placement::device;
  std::uint32_t subject = 0;
  std::size_t case_row = 0;
};

[[noreturn]] void refuse_not_in_file(std::string_view what, std::string_view given,
                                     const std::set<std::string>& known) {
  const auto near = closest(given, {known.begin(), known.end()});
  throw Error(fmt::format("the file has no {} \"{}\"{}", what, printable(given),
                          near ? fmt::format("; did you mean \"{}\"?", printable(*near)) : std::string()));
}

/// Where the case was planned on the target. A rack and a group of nodes may have one name.
Where find(const CellReader& cells, std::string_view target, std::string_view case_id) {
  const auto case_row = std::ranges::find(cells.cases(), case_id);
  std::set<std::string> names;
  bool is_known = false;
  for (std::size_t p = 0; p < kPlacementCount; ++p) {
    const auto placement = static_cast<Placement>(p);
    const auto& rows = cells.subjects(placement).name;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      const std::string_view name = cells.text(rows[i]);
      if (name != target) {
        if (names.size() < kCompared) names.emplace(name);
        continue;
      }
      is_known = true;
      if (case_row == cells.cases().end()) break;
      const Where where{placement, i, static_cast<std::size_t>(case_row - cells.cases().begin())};
      if (cells.read_case(where.case_row, placement).outcome[i] != CaseOutcome::not_planned) return where;
    }
  }
  if (!is_known) refuse_not_in_file("target", target, names);
  if (case_row == cells.cases().end())
    refuse_not_in_file("case", case_id, {cells.cases().begin(), cells.cases().end()});
  throw Error(fmt::format("{} is not planned on {}", printable(case_id), printable(target)));
}

class CellExplainer {
 public:
  CellExplainer(const CellReader& cells, const Limits& limits, Where where)
      : cells_(cells),
        limits_(limits),
        where_(where),
        selection_(cells, limits),
        rows_(cells, limits, selection_) {}

  CellExplanation explain() {
    const Subjects& subjects = cells_.subjects(where_.placement);
    const auto text = [&](const std::vector<std::uint32_t>& rows) {
      return std::string(cells_.text(rows[where_.subject]));
    };
    const Part& part = cells_.parts().at(subjects.part[where_.subject]);
    const CaseColumn column = cells_.read_case(where_.case_row, where_.placement);
    out_.target = text(subjects.name);
    out_.case_id = cells_.cases()[where_.case_row];
    out_.place = text(subjects.rack);
    out_.model = text(subjects.model);
    out_.key = text(subjects.key);
    out_.campaign_id = part.campaign_id;
    out_.component = part.launch_component;
    out_.outcome = column.outcome[where_.subject];
    out_.disturbed = column.disturbed[where_.subject] != 0;
    out_.completion = verdict_of(out_.outcome);
    for (std::size_t i = 0; i < cells_.series().size(); ++i) {
      if (cells_.series()[i].case_id == out_.case_id) out_.quantities.push_back(quantity(i));
    }
    if (!out_.quantities.empty()) out_.title = out_.quantities.front().series->title;
    return std::move(out_);
  }

 private:
  ExplainedCell quantity(std::size_t series) {
    ExplainedCell out;
    out.series = &cells_.series()[series];
    out.value = out.lo = out.hi = out.least = out.most = kNoNumber;
    const std::uint32_t i = where_.subject;
    CellRow row;
    switch (out.series->kind) {
      case QuantityKind::real:
        row = cells_.read(series, where_.placement, {.range = true});
        out.value = double{row.value[i]};
        out.lo = double{row.lo[i]};
        out.hi = double{row.hi[i]};
        out.least = double{row.least[i]};
        out.most = double{row.most[i]};
        out.launches = row.n[i];
        out.stop = row.stop[i];
        break;
      case QuantityKind::exact: {
        const ExactRow exact = cells_.read_exact(series, where_.placement);
        if (exact.state[i] != 0)
          out.found = fmt::format("{}{}", exact.value[i], exact.state[i] == 2 ? " (launches differ)" : "");
        break;
      }
      case QuantityKind::text:
        out.found = cells_.text(cells_.read_text(series, where_.placement)[i]);
        break;
    }
    for (std::size_t limit = 0; limit < limits_.limits.size(); ++limit) {
      if (selection_.series(limit) != series) continue;
      if (auto rule = judged(limit, row, out)) out.judged.push_back(std::move(*rule));
    }
    return out;
  }

  std::optional<CellRule> judged(std::size_t limit, const CellRow& row, const ExplainedCell& cell) const {
    const JudgedRow judged = rows_.limit(where_.placement, where_.case_row, limit, row);
    const std::uint8_t verdict = judged.row.verdict[where_.subject];
    if (verdict == kNoCell) return std::nullopt;
    CellRule rule{limit, static_cast<Verdict>(verdict), {}, {}};
    const auto failing = std::ranges::find(judged.failing, where_.subject, &FailingCell::subject);
    if (failing != judged.failing.end()) {
      rule.failure = failing->failure;
      rule.reason = failing->reason.en;
    } else {
      rule.reason = reason_of(limit, rule.verdict, cell);
    }
    return rule;
  }

  /// Of a cell that does not fail: row judging keeps none.
  std::string reason_of(std::size_t row, Verdict verdict, const ExplainedCell& cell) const {
    const Limit& limit = limits_.limits[row];
    const auto is_set = [this](const Mask& mask) { return !mask.empty() && mask[where_.subject] != 0; };
    if (out_.completion != Verdict::pass) return fmt::format("the case is {}", to_string(out_.outcome));
    if (!limit.unresolved.empty()) return limit.unresolved.en;
    if (is_set(selection_.unmet(row, where_.placement)))
      return "what the limit's \"when\" asks for was not found";
    if (is_set(selection_.calibrated(row, where_.placement)))
      return "calibrated on the target itself: such a limit is only a score";
    if (cell.series->kind != QuantityKind::real || std::holds_alternative<AsPromised>(limit.bound)) return {};
    std::vector<double> launches(static_cast<std::size_t>(cell.launches), cell.value);
    if (launches.size() > 1) {
      launches.front() = cell.least;
      launches.back() = cell.most;
    }
    const NumberVerdict number =
        judge_number(limit.bound, cell.value, cell.lo, cell.hi, launches, out_.component);
    if (number.verdict == verdict) return number.reason.en;
    if (number.verdict == Verdict::inconclusive) return number.reason.en + "; decided by at_budget_end";
    return out_.disturbed ? "others had the CPUs of a launch, or its overhead was large: " + number.reason.en
                          : number.reason.en;
  }

  const CellReader& cells_;
  const Limits& limits_;
  Where where_;
  CellLimits selection_;
  CellRows rows_;
  CellExplanation out_;
};

}  // namespace

std::string_view to_string(CaseOutcome outcome) {
  constexpr std::array<std::string_view, kCaseOutcomeCount> kNames{
      "not planned", "exempt", "complete", "partly measured", "wrong", "unstable", "missing", "not measured"};
  return kNames.at(static_cast<std::size_t>(outcome));
}

CellExplanation explain_cell(const CellReader& cells, const Limits& limits, std::string_view target,
                             std::string_view case_id) {
  return CellExplainer(cells, limits, find(cells, target, case_id)).explain();
}

}  // namespace rackproof
