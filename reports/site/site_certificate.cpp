#include "reports/site/site_certificate.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "harness/verdict/peers/order_statistics.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/limit_range.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

std::string_view name_of(const CellReader& cells, Placement placement, std::size_t subject) {
  return cells.text(cells.subjects(placement).name[subject]);
}

/// The subject that is farthest on the bad side; a fail without a figure is worse than any figure. None: no cell applies.
std::optional<std::size_t> worst_of(const Limit& limit, const JudgedColumn& figures,
                                    const std::vector<std::uint8_t>& verdict) {
  const auto range = limit_range(limit);
  std::optional<std::size_t> worst;
  double worst_badness = -HUGE_VAL;
  for (std::size_t i = 0; i < verdict.size(); ++i) {
    if (verdict[i] == kNoCell || verdict[i] == static_cast<std::uint8_t>(Verdict::not_applicable)) continue;
    double badness = verdict[i] == static_cast<std::uint8_t>(Verdict::fail) ? HUGE_VAL : -HUGE_VAL;
    const bool counted = !figures.count.empty();
    if (range && std::isfinite(figures.value[i]))
      badness = beyond(*range, counted ? static_cast<double>(figures.count[i]) : double{figures.value[i]});
    if (worst && !(badness > worst_badness)) continue;
    worst = i;
    worst_badness = badness;
  }
  return worst;
}

void describe_worst(CertificateRow& row, const CellReader& cells, const Limit& limit,
                    const JudgedColumn& figures, const std::vector<std::uint8_t>& verdict) {
  row.worst = kNotMeasured;
  const auto worst = worst_of(limit, figures, verdict);
  if (!worst) return;
  const VerdictCell cell = figures_of(figures, cells, *worst);
  row.worst = cell_text(cell, limit.dimension);
  row.worst_interval = cell_interval_text(cell, limit.dimension);
  row.worst_target = std::string(name_of(cells, placement_of(limit.scope), *worst));
}

/// Which of the figures lie in which part of the axis.
FleetStrip strip_of(const JudgedColumn& figures, const OrderStatistics& order, const GoodRange& range) {
  FleetStrip strip;
  strip.low = order.quantile(0.001);
  strip.high = order.quantile(0.999);
  for (const double bound : {range.least, range.most}) {
    if (!std::isfinite(bound)) continue;
    strip.bounds.push_back(bound);
    strip.low = std::min(strip.low, bound);
    strip.high = std::max(strip.high, bound);
  }
  if (!(strip.high > strip.low)) return {};
  strip.counts.assign(kStripParts, 0);
  const double parts = static_cast<double>(kStripParts) / (strip.high - strip.low);
  for (const float value : figures.value) {
    if (std::isnan(value)) continue;
    const double at = std::clamp((double{value} - strip.low) * parts, 0.0, double{kStripParts - 1});
    ++strip.counts[static_cast<std::size_t>(at)];
  }
  return strip;
}

void describe_spread(CertificateRow& row, const Limit& limit, const JudgedColumn& figures, bool same_host) {
  const auto range = limit_range(limit);
  if (!range || std::holds_alternative<ExactNumber>(limit.bound)) {
    const Phrase none = limit.relative ? Phrase(kNotMeasured) : Phrase(texts::kExact);
    row.median = none.en;
    row.spread = none;
    return;
  }
  const OrderStatistics order(figures.value);
  if (order.count() == 0) {
    row.median = kNotMeasured;
    row.spread = kNotMeasured;
    return;
  }
  const double middle = order.median();
  row.median = value_text(middle, limit.dimension);
  if (order.count() < 2) {
    row.spread = texts::kOneTarget;
    return;
  }
  row.spread = middle != 0 ? Phrase(percent_text(order.scaled_mad(middle) / std::abs(middle)))
                           : Phrase(texts::kMedianIsZero);
  if (same_host) row.spread = Phrase(texts::kSameHost, row.spread);
  if (order.count() >= kSmallestForP1 && std::holds_alternative<LowerLimit>(limit.bound))
    row.p1 = value_text(order.quantile(0.01), limit.dimension);
  if (order.count() >= kSmallestForP1 && std::holds_alternative<UpperLimit>(limit.bound))
    row.p1 = value_text(order.quantile(0.99), limit.dimension);
  row.strip = strip_of(figures, order, *range);
}

}  // namespace

CertificateRow limit_row(const CellReader& cells, const SeriesRow& series, const Limit& limit,
                         const JudgedColumn& figures, const std::vector<std::uint8_t>& verdict,
                         bool same_host) {
  CertificateRow row;
  row.clause = limit.clause;
  row.metric = limit.metric;
  row.title = series.title;
  row.scope = limit.scope;
  row.model = limit.model;
  row.direction = std::string(to_string(series.direction));
  row.limit = phrase_of(limit);
  row.provenance = limit.provenance;
  row.score = limit.severity == Severity::score;
  VerdictCounts counts{};
  for (const std::uint8_t one : verdict) {
    if (one != kNoCell) ++counts[one];
  }
  set_counts(row, counts);
  describe_worst(row, cells, limit, figures, verdict);
  describe_spread(row, limit, figures, same_host);
  return row;
}

std::vector<CertificateRow> completion_rows(const CellReader& cells, const SiteVerdicts& verdicts) {
  std::vector<CertificateRow> rows;
  for (const auto& [key, tally] : verdicts.completion()) {
    CertificateRow row;
    row.metric = texts::kCompletion.en;
    row.title = texts::kEveryCase.en;
    row.scope = key.second;
    row.limit = texts::kAllOfThem;
    row.provenance = texts::kThePlan;
    row.median = texts::kExact.en;
    row.spread = texts::kExact;
    set_counts(row, tally.cells);
    row.worst = Phrase(texts::kEndedOk, tally.cells[static_cast<std::size_t>(Verdict::pass)],
                       row.cells - row.not_applicable);
    if (row.verdict != Verdict::pass)
      row.worst_target =
          std::string(name_of(cells, key.first, tally.first[static_cast<std::size_t>(row.verdict)]));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace rackproof
