#include "reports/site/site_punch_list.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "reports/language/site_texts.hpp"
#include "reports/site/listed_targets.hpp"
#include "reports/site/site_coverage.hpp"

namespace rackproof {

namespace {

class SitePunchList {
 public:
  SitePunchList(const CellReader& cells, const Limits& limits)
      : cells_(cells), limits_(limits), targets_(cells) {}

  void add(const FailingCell& cell) {
    VerdictCell& out = add(cell.placement, cell.subject, cell.case_row, cell.series, cell.limit);
    out.verdict = Verdict::fail;
    out.failure = cell.failure;
    out.reason = cell.reason;
    out.value = cell.value;
    out.lo = cell.lo;
    out.hi = cell.hi;
    out.launches = cell.launches;
    // Of a count the value is the whole number that was found, not a rate with an interval.
    if (cell.series >= 0 && std::isfinite(cell.value) &&
        cells_.series()[static_cast<std::size_t>(cell.series)].kind == QuantityKind::exact)
      out.found = fmt::format("{:.0f}", cell.value);
  }

  void add(const UndecidedCell& cell) {
    VerdictCell& out = add(cell.placement, cell.subject, cell.case_row, cell.series, cell.limit);
    out.verdict = cell.verdict;
    if (cell.limit >= 0) {
      out.value = cell.figures.value;
      out.lo = cell.figures.lo;
      out.hi = cell.figures.hi;
      out.launches = cell.figures.launches;
      out.found = cell.figures.found;
    }
    const CaseOutcome outcome = outcome_of(cell);
    if (outcome != CaseOutcome::complete) {
      out.reason = reason_of(outcome);
    } else {
      out.reason = cell.verdict == Verdict::inconclusive ? texts::kSiteNotCertain : texts::kSiteNotHeld;
    }
  }

  PunchList made() {
    PunchList list = punch_list(targets_.results(), limits_, verdicts_);
    for (PunchEntry& entry : list.entries) {
      if (!groups_.contains(entry.target)) continue;
      entry.place.part = entry.target;
      entry.rerun.clear();  // nothing says on which nodes
    }
    return list;
  }

 private:
  VerdictCell& add(Placement placement, std::uint32_t subject, std::size_t case_row, std::int32_t series,
                   std::int32_t limit) {
    VerdictCell cell;
    cell.target = targets_.row(placement, subject);
    cell.case_id = cells_.cases()[case_row];
    if (series >= 0) cell.quantity = cells_.series()[static_cast<std::size_t>(series)].quantity;
    cell.limit = limit;
    cell.value = cell.lo = cell.hi = std::numeric_limits<double>::quiet_NaN();
    if (placement == Placement::group) groups_.insert(targets_.results().targets[cell.target].name);
    verdicts_.cells.push_back(std::move(cell));
    return verdicts_.cells.back();
  }

  CaseOutcome outcome_of(const UndecidedCell& cell) {
    const std::pair key(cell.case_row, cell.placement);
    auto column = columns_.find(key);
    if (column == columns_.end())
      column = columns_.emplace(key, cells_.read_case(cell.case_row, cell.placement)).first;
    return column->second.outcome[cell.subject];
  }

  const CellReader& cells_;
  const Limits& limits_;
  ListedTargets targets_;
  Verdicts verdicts_;
  std::set<std::string> groups_;
  std::map<std::pair<std::size_t, Placement>, CaseColumn> columns_;
};

}  // namespace

std::string target_name(const CellReader& cells, const FailingCell& cell) {
  return std::string(cells.text(cells.subjects(cell.placement).name[cell.subject]));
}

std::string metric_name(const CellReader& cells, const FailingCell& cell) {
  return cell.series < 0 ? cells.cases()[cell.case_row]
                         : cells.series()[static_cast<std::size_t>(cell.series)].metric();
}

PunchList site_punch_list(const CellReader& cells, const Limits& limits, const CellJudgement& judgement,
                          const std::vector<UndecidedCell>& undecided, const FindWaiver& waiver) {
  SitePunchList list(cells, limits);
  for (const FailingCell& cell : judgement.failing) list.add(cell);
  if (judgement.failing.size() < kLongestPunchList) {
    for (const UndecidedCell& cell : undecided) list.add(cell);
  }
  PunchList made = list.made();
  made.failing = judgement.failing_total;
  made.undecided = std::size_t{judgement.campaign.inconclusive} + judgement.campaign.not_judged;
  if (!waiver) return made;
  for (PunchEntry& entry : made.entries) {
    if (entry.verdict != Verdict::fail) continue;
    if (const Waiver* found = waiver(entry.target, entry.metric)) entry.waived = phrase_of(*found);
  }
  return made;
}

}  // namespace rackproof
