#include "reports/site/site_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "harness/base/parallel.hpp"
#include "reports/escape.hpp"
#include "reports/fleet_of_campaign.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/limit_range.hpp"
#include "reports/site/site_certificate.hpp"
#include "reports/site/site_coverage.hpp"
#include "reports/site/site_fleet.hpp"
#include "reports/site/site_origin.hpp"
#include "reports/site/site_sentence.hpp"

namespace rackproof {

namespace {

class SitePageMaker {
 public:
  SitePageMaker(const CellReader& cells, const Limits& limits, const SiteOptions& options)
      : cells_(cells),
        limits_(limits),
        options_(options),
        racks_(cells),
        verdicts_(cells, limits, kLongestPunchList),
        selection_(cells, limits) {}

  SitePage make() {
    judgement_ = judge_cells(cells_, limits_, options_.threads, [&](const VerdictRow& row) {
      verdicts_.take(row);
      if (options_.take) options_.take(row);
    });
    KeyValues origin;
    if (options_.judged) origin = options_.judged(judgement_);
    undecided_ = verdicts_.undecided();
    page_.exit_code = judgement_.exit_code;
    describe_site_origin(page_.view, cells_, limits_, judgement_, options_.results_sha256);
    page_.view.provenance.insert(page_.view.provenance.end(), origin.begin(), origin.end());
    if (judgement_.gate_holds_nobody) {
      page_.view.withheld = Withheld::all;
      page_.view.banners.emplace_back(texts::kUnusedGate);
    }
    SiteCoverage coverage = site_coverage(cells_, racks_, options_.threads);
    page_.view.coverage = std::move(coverage.view);
    count_gates();
    add_racks(coverage.started);
    page_.fleet.labels = site_labels(cells_, racks_);
    add_limits();
    page_.view.punch_list = site_punch_list(cells_, limits_, judgement_, undecided_, options_.waiver);
    page_.view.findings = judgement_.findings;
    page_.view.sentence = site_sentence(page_.view);
    return std::move(page_);
  }

 private:
  void count_gates() {
    ReportView& view = page_.view;
    view.disposition = judgement_.disposition;
    view.passed = judgement_.campaign.passed;
    view.failed = judgement_.campaign.failed;
    view.inconclusive = judgement_.campaign.inconclusive;
    view.not_judged = judgement_.campaign.not_judged;
    view.not_applicable = judgement_.campaign.not_applicable;
    view.nothing_judged = !has_gate();
  }

  /// Cells that fail and are waived, by rack and by limit.
  struct Waived {
    std::vector<std::size_t> of_rack, of_limit;
    std::size_t all = 0;
  };
  Waived count_waived() const {
    Waived out{std::vector<std::size_t>(racks_.size()), std::vector<std::size_t>(limits_.limits.size()), 0};
    if (!options_.waiver) return out;
    for (const FailingCell& cell : judgement_.failing) {
      if (options_.waiver(target_name(cells_, cell), metric_name(cells_, cell)) == nullptr) continue;
      ++out.all;
      const std::uint32_t rack = racks_.of(cell.placement)[cell.subject];
      if (rack != kNoRack) ++out.of_rack[rack];
      if (cell.limit >= 0) ++out.of_limit[static_cast<std::size_t>(cell.limit)];
    }
    return out;
  }

  bool holds_nobody(std::size_t limit) const {
    return std::ranges::all_of(verdicts_.of_limit(limit), [](std::uint8_t v) { return v == kNoCell; });
  }
  bool is_gate(std::size_t limit) const { return limits_.limits[limit].severity == Severity::gate; }
  bool has_gate() const {
    for (std::size_t i = 0; i < limits_.limits.size(); ++i) {
      if (is_gate(i) && !holds_nobody(i)) return true;
    }
    return false;
  }

  std::vector<bool> interrupted_racks() const {
    std::vector<bool> out(racks_.size(), false);
    const auto& part = cells_.subjects(Placement::node).part;
    const auto& rack = racks_.of(Placement::node);
    for (std::size_t i = 0; i < rack.size(); ++i) {
      if (rack[i] != kNoRack && cells_.parts()[part[i]].ended == Ended::interrupted) out[rack[i]] = true;
    }
    return out;
  }

  void add_racks(const std::vector<bool>& started) {
    ReportView& view = page_.view;
    const Waived waived = count_waived();
    const std::vector<bool> interrupted = interrupted_racks();
    for (std::size_t i = 0; i < racks_.size(); ++i) {
      const RollUp& row = judgement_.racks[i];
      RackView rack;
      rack.name = std::string(racks_.name(i));
      rack.disposition = row.disposition;
      rack.passed = row.passed;
      rack.failed = row.failed;
      rack.inconclusive = row.inconclusive;
      rack.not_judged = row.not_judged;
      rack.not_applicable = row.not_applicable;
      const RackCoverage& coverage = view.coverage.racks[i];
      rack.interrupted = interrupted[i];
      rack.everything_measured = coverage.promised > 0 && coverage.missing() == 0 && !interrupted[i];
      rack.started =
          started[i] || row.disposition != Disposition::undecided;  // the operator's word decides, too
      // As Reservations says it of a campaign: nothing but what is waived may keep it from being accepted.
      rack.with_reservations = row.failed > 0 && waived.of_rack[i] == row.failed && row.inconclusive == 0 &&
                               row.not_judged == 0 && rack.everything_measured &&
                               view.withheld == Withheld::nothing;
      const RackStanding standing = standing_of(rack);
      ++count_of(standing);
      page_.fleet.racks.push_back(visible_text(rack.name, kLongestFleetText));
      page_.fleet.standing.push_back(standing);
      view.racks.push_back(std::move(rack));
    }
    waived_of_limit_ = waived.of_limit;
    view.all_waived = view.failed > 0 && view.failed == waived.all && view.inconclusive == 0 &&
                      view.not_judged == 0 && view.rejected + view.undecided + view.not_started == 0 &&
                      view.coverage.everything_measured() && !view.interrupted &&
                      view.campaigns_interrupted == 0 && view.withheld == Withheld::nothing;
  }

  std::size_t& count_of(RackStanding standing) {
    switch (standing) {
      case RackStanding::accepted:
        return page_.view.accepted;
      case RackStanding::with_reservations:
        return page_.view.with_reservations;
      case RackStanding::rejected:
        return page_.view.rejected;
      case RackStanding::undecided:
        return page_.view.undecided;
      case RackStanding::not_started:
        break;
    }
    return page_.view.not_started;
  }

  /// Rows of limits that the data has room for: gates first, then scores.
  std::vector<std::size_t> shown_limits() const {
    std::vector<std::size_t> shown;
    for (const Severity severity : {Severity::gate, Severity::score}) {
      for (std::size_t i = 0; i < limits_.limits.size(); ++i) {
        if (limits_.limits[i].severity == severity && limit_range(limits_.limits[i])) shown.push_back(i);
      }
    }
    if (shown.size() > kMostFleetMetrics) shown.resize(kMostFleetMetrics);
    return shown;
  }

  /// What one pass over the figures of a limit makes.
  struct OfLimit {
    CertificateRow row;
    std::optional<FleetMetric> metric;
  };
  OfLimit limit_of(std::size_t i, bool is_shown) {
    const Limit& limit = limits_.limits[i];
    const SeriesRow& series = cells_.series()[selection_.series(i)];
    const auto& verdict = verdicts_.of_limit(i);
    const JudgedColumn figures = judged_column(cells_, limits_, selection_, i, verdict);
    for (UndecidedCell& cell : undecided_) {  // each belongs to one limit, and so to one thread
      if (cell.limit == static_cast<std::int32_t>(i))
        cell.figures = figures_of(figures, cells_, cell.subject);
    }
    OfLimit out;
    out.row = limit_row(cells_, series, limit, figures, verdict, page_.view.virtuality.one_host());
    out.row.waived = waived_of_limit_[i];
    if (is_shown)
      out.metric =
          fleet_metric(series, limit.scope, &limit,
                       {racks_.of(placement_of(limit.scope)), figures.value, verdict}, racks_.size());
    return out;
  }

  void add_limits() {
    const std::vector<std::size_t> shown = shown_limits();
    std::vector<OfLimit> made(limits_.limits.size());
    for_each_index(made.size(), options_.threads,
                   [&](std::size_t i) { made[i] = limit_of(i, std::ranges::find(shown, i) != shown.end()); });
    std::set<std::pair<std::string, std::string>> limited;
    for (const std::size_t i : shown) {
      page_.fleet.metrics.push_back(std::move(*made[i].metric));
      limited.emplace(limits_.limits[i].metric, limits_.limits[i].scope);
    }
    const std::size_t room = kMostFleetMetrics - shown.size();
    for (FleetMetric& metric : site_information(cells_, racks_, limited, room, options_.threads))
      page_.fleet.metrics.push_back(std::move(metric));

    std::vector<CertificateRow>& rows = page_.view.certificate;
    for (std::size_t i = 0; i < made.size(); ++i) {
      const bool promises = std::holds_alternative<AsPromised>(limits_.limits[i].bound);
      if (made[i].row.cells > 0 || !promises) rows.push_back(std::move(made[i].row));
    }
    for (CertificateRow& row : completion_rows(cells_, verdicts_)) rows.push_back(std::move(row));
    std::ranges::stable_sort(rows, clause_less, &CertificateRow::clause);
  }

  const CellReader& cells_;
  const Limits& limits_;
  const SiteOptions& options_;
  SiteRacks racks_;
  SiteVerdicts verdicts_;
  CellLimits selection_;
  CellJudgement judgement_;
  std::vector<UndecidedCell> undecided_;
  std::vector<std::size_t> waived_of_limit_;
  SitePage page_;
};

}  // namespace

SitePage site_page(const CellReader& cells, const Limits& limits, const SiteOptions& options) {
  return SitePageMaker(cells, limits, options).make();
}

}  // namespace rackproof
