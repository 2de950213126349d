#include "reports/site/site_coverage.hpp"

#include <algorithm>
#include <mutex>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/results/cells_schema.hpp"
#include "reports/language/site_texts.hpp"
#include "reports/rack_table.hpp"

namespace rackproof {

namespace {

/// Promised cases of each rack by outcome; the last entry is of those between racks.
using Outcomes = std::vector<std::array<std::uint64_t, kCaseOutcomeCount>>;

std::uint64_t of(const Outcomes::value_type& counts, CaseOutcome outcome) {
  return counts[static_cast<std::size_t>(outcome)];
}

/// Only a node that answered can come to such an end.
bool was_measuring(CaseOutcome outcome) {
  return outcome == CaseOutcome::complete || outcome == CaseOutcome::partial || outcome == CaseOutcome::wrong;
}

class CoverageCount {
 public:
  CoverageCount(const CellReader& cells, const SiteRacks& racks, unsigned threads)
      : cells_(cells), racks_(racks), threads_(threads) {}

  /// Sums of whole numbers: the order in which threads add them changes nothing. `measuring`: of each node, whether anything ended
  /// well or went wrong on it or a device of it.
  Outcomes outcomes(std::vector<std::uint8_t>& measuring) const {
    Outcomes all(racks_.size() + 1);
    measuring.assign(cells_.subjects(Placement::node).size(), 0);
    std::mutex adding;
    for_each_index(cells_.cases().size() * kPlacements.size(), threads_, [&](std::size_t job) {
      const Placement placement = kPlacements[job % kPlacements.size()];
      if (cells_.subjects(placement).size() == 0) return;
      const CaseColumn column = cells_.read_case(job / kPlacements.size(), placement);
      Outcomes own(all.size());
      std::vector<std::uint8_t> own_measuring(measuring.size(), 0);
      const auto& rack = racks_.of(placement);
      const Subjects& subjects = cells_.subjects(placement);
      const bool of_nodes = placement == Placement::node || placement == Placement::device;
      for (std::size_t i = 0; i < column.outcome.size(); ++i) {
        ++own[std::min<std::size_t>(rack[i], racks_.size())][static_cast<std::size_t>(column.outcome[i])];
        if (of_nodes && subjects.node[i] < own_measuring.size() && was_measuring(column.outcome[i]))
          own_measuring[subjects.node[i]] = 1;
      }
      const std::lock_guard lock(adding);
      for (std::size_t i = 0; i < measuring.size(); ++i) measuring[i] |= own_measuring[i];
      for (std::size_t row = 0; row < all.size(); ++row) {
        for (std::size_t i = 0; i < own[row].size(); ++i) all[row][i] += own[row][i];
      }
    });
    return all;
  }

  /// Nodes of each rack, and those that told who they are or measured something.
  void count_nodes(std::vector<RackCoverage>& racks, const std::vector<std::uint8_t>& measuring) const {
    const auto& rack = racks_.of(Placement::node);
    const auto host = cells_.fact(Placement::node, "identity/hostname");
    const auto boot = cells_.fact(Placement::node, "identity/boot_id");
    for (std::size_t i = 0; i < rack.size(); ++i) {
      RackCoverage& to = racks[std::min<std::size_t>(rack[i], racks_.size())];
      ++to.nodes;
      to.answered += host[i] != kNoText || boot[i] != kNoText || measuring[i] != 0 ? 1 : 0;
    }
  }

  /// Racks with a cell that something was attempted for.
  void note_attempts(std::vector<bool>& started) const {
    std::mutex adding;
    for_each_index(cells_.series().size() * kPlacements.size(), threads_, [&](std::size_t job) {
      const Placement placement = kPlacements[job % kPlacements.size()];
      if (cells_.subjects(placement).size() == 0) return;
      const CellRow row =
          cells_.read(job / kPlacements.size(), placement, {.interval = false, .launches = false});
      std::vector<bool> own(started.size(), false);
      const auto& rack = racks_.of(placement);
      for (std::size_t i = 0; i < row.status.size(); ++i) {
        if (rack[i] != kNoRack && row.status[i] != Status::skipped) own[rack[i]] = true;
      }
      const std::lock_guard lock(adding);
      for (std::size_t i = 0; i < own.size(); ++i) started[i] = started[i] || own[i];
    });
  }

 private:
  const CellReader& cells_;
  const SiteRacks& racks_;
  unsigned threads_;
};

void set(RackCoverage& rack, const Outcomes::value_type& counts) {
  for (int i = 0; i < kCaseOutcomeCount; ++i) {
    const auto outcome = static_cast<CaseOutcome>(i);
    const auto count = static_cast<std::size_t>(of(counts, outcome));
    if (outcome == CaseOutcome::not_planned || count == 0) continue;
    rack.promised += count;
    if (outcome == CaseOutcome::complete) {
      rack.measured += count;
    } else if (outcome == CaseOutcome::exempt) {
      rack.exempt += count;
      rack.exempt_reasons[texts::kSiteExempt] += count;
    } else {
      rack.reasons[reason_of(outcome)] += count;
    }
  }
}

bool was_tried(const RackCoverage& rack, const Outcomes::value_type& counts) {
  return rack.answered > 0 || rack.measured > 0 || of(counts, CaseOutcome::partial) > 0 ||
         of(counts, CaseOutcome::wrong) > 0 || of(counts, CaseOutcome::unstable) > 0;
}

}  // namespace

const Text& reason_of(CaseOutcome outcome) {
  switch (outcome) {
    case CaseOutcome::partial:
      return texts::kSitePartial;
    case CaseOutcome::wrong:
      return texts::kSiteWrong;
    case CaseOutcome::unstable:
      return texts::kSiteUnstable;
    case CaseOutcome::missing:
      return texts::kSiteMissingTarget;
    case CaseOutcome::not_measured:
      return texts::kSiteNotMeasured;
    case CaseOutcome::not_planned:
    case CaseOutcome::exempt:
    case CaseOutcome::complete:
      break;
  }
  throw Error("a case that was measured, or that nobody asked for, has no reason");
}

SiteCoverage site_coverage(const CellReader& cells, const SiteRacks& racks, unsigned threads) {
  const CoverageCount count(cells, racks, threads);
  std::vector<std::uint8_t> measuring;
  const Outcomes outcomes = count.outcomes(measuring);
  SiteCoverage out;
  auto& rows = out.view.racks;
  rows.resize(racks.size() + 1);
  for (std::size_t i = 0; i < racks.size(); ++i) rows[i].rack = std::string(racks.name(i));
  rows.back().rack = kBetweenRacks;
  count.count_nodes(rows, measuring);
  for (std::size_t i = 0; i < rows.size(); ++i) set(rows[i], outcomes[i]);
  for (std::size_t i = 0; i < racks.size(); ++i) out.started.push_back(was_tried(rows[i], outcomes[i]));
  if (std::ranges::find(out.started, false) != out.started.end()) count.note_attempts(out.started);
  if (rows.back().promised == 0 && rows.back().nodes == 0) rows.pop_back();
  out.view.total.rack = "all";
  for (const RackCoverage& rack : rows) out.view.total.add(rack);
  return out;
}

}  // namespace rackproof
