#include "reports/site/judged_column.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/verdict/cells/cell_judge.hpp"

namespace rackproof {

namespace {

constexpr float kNoFigure = std::numeric_limits<float>::quiet_NaN();

JudgedColumn read(const CellReader& cells, std::size_t series, Placement placement) {
  JudgedColumn out;
  switch (cells.series()[series].kind) {
    case QuantityKind::real: {
      CellRow row = cells.read(series, placement, {.interval = true, .launches = true, .state = false});
      out.value = std::move(row.value);
      out.lo = std::move(row.lo);
      out.hi = std::move(row.hi);
      out.launches = std::move(row.n);
      break;
    }
    case QuantityKind::exact: {
      ExactRow row = cells.read_exact(series, placement);
      for (std::size_t i = 0; i < row.value.size(); ++i)
        out.value.push_back(row.state[i] == 0 ? kNoFigure : static_cast<float>(row.value[i]));
      out.count = std::move(row.value);
      break;
    }
    case QuantityKind::text:
      out.text = cells.read_text(series, placement);
      break;
  }
  return out;
}

}  // namespace

JudgedColumn judged_column(const CellReader& cells, const Limits& limits, const CellLimits& selection,
                           std::size_t limit, const std::vector<std::uint8_t>& verdict) {
  const Placement placement = placement_of(limits.limits[limit].scope);
  const std::size_t series = selection.series(limit);
  JudgedColumn out = read(cells, series, placement);
  out.value.resize(verdict.size(), kNoFigure);
  if (cells.series()[series].kind == QuantityKind::text) out.text.resize(verdict.size(), kNoText);
  const auto& ids = cells.cases();
  const auto case_row = std::ranges::find(ids, cells.series()[series].case_id) - ids.begin();
  const CaseColumn column = cells.read_case(static_cast<std::size_t>(case_row), placement);
  const Mask unmet = selection.unmet(limit, placement);
  const Mask own = selection.calibrated(limit, placement);
  const bool has_no_number = !limits.limits[limit].unresolved.empty();
  for (std::size_t i = 0; i < verdict.size(); ++i) {
    const bool is_applicable = verdict[i] != static_cast<std::uint8_t>(Verdict::not_applicable);
    const bool stands = !has_no_number && verdict[i] != kNoCell &&
                        !(is_applicable && !unmet.empty() && unmet[i] != 0) &&
                        !(!own.empty() && own[i] != 0) && column.outcome[i] != CaseOutcome::wrong &&
                        (out.text.empty() ? std::isfinite(out.value[i]) : out.text[i] != kNoText);
    if (stands) continue;
    out.value[i] = kNoFigure;
    if (!out.text.empty()) out.text[i] = kNoText;
  }
  return out;
}

VerdictCell figures_of(const JudgedColumn& column, const CellReader& cells, std::size_t subject) {
  VerdictCell cell;
  cell.value = cell.lo = cell.hi = std::numeric_limits<double>::quiet_NaN();
  if (!column.text.empty()) cell.found = std::string(cells.text(column.text[subject]));
  if (!std::isfinite(column.value[subject])) return cell;
  cell.value = cell.lo = cell.hi = double{column.value[subject]};
  if (!column.count.empty()) cell.found = std::to_string(column.count[subject]);
  if (column.lo.empty()) return cell;
  cell.lo = double{column.lo[subject]};
  cell.hi = double{column.hi[subject]};
  cell.launches = column.launches[subject];
  return cell;
}

}  // namespace rackproof
