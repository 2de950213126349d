#include "reports/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>

#include "harness/base/statistics.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

using Cells = std::vector<const VerdictCell*>;

struct Violation {
  double value;
  double operator()(const LowerLimit& limit) const { return limit.bound - value; }
  double operator()(const UpperLimit& limit) const { return value - limit.bound; }
  double operator()(const BandLimit& limit) const {
    return std::max(limit.lower - value, value - limit.upper);
  }
  double operator()(const ExactNumber& limit) const {
    return std::abs(value - static_cast<double>(limit.value));
  }
  double operator()(const ExactTexts&) const { return 0; }
  double operator()(const AsPromised&) const { return 0; }
};

// How far a cell is on the bad side; a fail without a number is worse than any number.
double badness(const VerdictCell& cell, const Bound& bound) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (std::isfinite(cell.value) && !std::holds_alternative<ExactTexts>(bound))
    return std::visit(Violation{cell.value}, bound);
  if (cell.verdict == Verdict::fail) return kInfinity;
  return -kInfinity;
}

void count(CertificateRow& row, const Cells& cells) {
  VerdictCounts counts{};
  for (const auto* cell : cells) ++counts[static_cast<std::size_t>(cell->verdict)];
  set_counts(row, counts);
}

void describe_values(CertificateRow& row, const Limit& limit, const Cells& cells, const Results& results,
                     bool same_host) {
  row.worst = kNotMeasured;
  const VerdictCell* worst = nullptr;
  std::vector<double> values;
  for (const auto* cell : cells) {
    if (std::isfinite(cell->value)) values.push_back(cell->value);
    if (cell->verdict == Verdict::not_applicable) continue;
    if (worst == nullptr || badness(*cell, limit.bound) > badness(*worst, limit.bound)) worst = cell;
  }
  if (worst != nullptr) {
    row.worst = cell_text(*worst, limit.dimension);
    row.worst_interval = cell_interval_text(*worst, limit.dimension);
    row.worst_target = results.targets.at(worst->target).name;
  }
  const bool exact = std::holds_alternative<ExactNumber>(limit.bound) ||
                     std::holds_alternative<ExactTexts>(limit.bound) ||
                     std::holds_alternative<AsPromised>(limit.bound);
  if (exact) {
    row.median = texts::kExact.en;
    row.spread = texts::kExact;
    return;
  }
  if (values.empty()) {
    row.median = kNotMeasured;
    row.spread = kNotMeasured;
    return;
  }
  const double middle = median(values);
  row.median = value_text(middle, limit.dimension);
  if (values.size() < 2) {
    row.spread = texts::kOneTarget;
  } else {
    row.spread = middle != 0 ? Phrase(percent_text(scaled_mad(values) / std::abs(middle)))
                             : Phrase(texts::kMedianIsZero);
    if (same_host) row.spread = Phrase(texts::kSameHost, row.spread);
  }
  if (values.size() >= kSmallestForP1 && std::holds_alternative<LowerLimit>(limit.bound))
    row.p1 = value_text(quantile(values, 0.01), limit.dimension);
  if (values.size() >= kSmallestForP1 && std::holds_alternative<UpperLimit>(limit.bound))
    row.p1 = value_text(quantile(values, 0.99), limit.dimension);
  row.strip = fleet_strip(std::move(values), limit.bound);
}

std::vector<CertificateRow> completion_rows(const Results& results, const Verdicts& verdicts) {
  std::map<std::pair<Placement, std::string>, Cells> by_scope;
  for (const auto& cell : verdicts.cells) {
    const TargetRow& target = results.targets.at(cell.target);
    if (cell.completion()) by_scope[{target.placement, target.scope}].push_back(&cell);
  }
  std::vector<CertificateRow> rows;
  for (const auto& [key, cells] : by_scope) {
    CertificateRow row;
    row.metric = texts::kCompletion.en;
    row.title = texts::kEveryCase.en;
    row.scope = key.second;
    row.limit = texts::kAllOfThem;
    row.provenance = texts::kThePlan;
    row.median = texts::kExact.en;
    row.spread = texts::kExact;
    count(row, cells);
    const std::size_t good = row.cells - row.failed - row.inconclusive - row.not_judged - row.not_applicable;
    row.worst = Phrase(texts::kEndedOk, good, row.cells - row.not_applicable);
    const auto bad = std::find_if(cells.begin(), cells.end(),
                                  [&row](const VerdictCell* cell) { return cell->verdict == row.verdict; });
    if (row.verdict != Verdict::pass && bad != cells.end())
      row.worst_target = results.targets.at((*bad)->target).name;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<double> strip_bounds(const Bound& bound) {
  if (const auto* lower = std::get_if<LowerLimit>(&bound)) return {lower->bound};
  if (const auto* upper = std::get_if<UpperLimit>(&bound)) return {upper->bound};
  if (const auto* band = std::get_if<BandLimit>(&bound)) return {band->lower, band->upper};
  return {};
}

std::string_view leading_digits(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && std::isdigit(static_cast<unsigned char>(text[n])) != 0) ++n;
  return text.substr(0, n);
}

std::string_view without_zeros(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

}  // namespace

void set_counts(CertificateRow& row, const VerdictCounts& counts) {
  const auto of = [&](Verdict verdict) { return counts[static_cast<std::size_t>(verdict)]; };
  for (const std::uint64_t count : counts) row.cells += count;
  row.failed = of(Verdict::fail);
  row.inconclusive = of(Verdict::inconclusive);
  row.not_judged = of(Verdict::not_judged);
  row.not_applicable = of(Verdict::not_applicable);
  row.verdict = Verdict::not_judged;
  for (const Verdict verdict :
       {Verdict::fail, Verdict::inconclusive, Verdict::not_judged, Verdict::pass, Verdict::not_applicable}) {
    if (of(verdict) == 0) continue;
    row.verdict = verdict;
    break;
  }
}

std::string cell_text(const VerdictCell& cell, const Dimension& dimension) {
  if (cell.found.empty()) return value_text(cell.value, dimension);
  const bool counted = std::isfinite(cell.value) && dimension != kNumber;
  return counted ? fmt::format("{} {}", cell.found, si_unit(dimension)) : cell.found;
}

std::string cell_interval_text(const VerdictCell& cell, const Dimension& dimension) {
  return cell.found.empty() ? interval_text(cell.lo, cell.hi, dimension) : std::string{};
}

FleetStrip fleet_strip(std::vector<double> values, const Bound& bound) {
  constexpr double kTail = 0.001;
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.size() < 2) return {};
  const auto [smallest, largest] = std::ranges::minmax(values);
  if (!(smallest < largest)) return {};
  FleetStrip strip;
  strip.low = quantile(values, kTail);
  strip.high = quantile(values, 1 - kTail);
  for (const double one : strip_bounds(bound)) {
    if (!std::isfinite(one)) continue;
    strip.bounds.push_back(one);
    strip.low = std::min(strip.low, one);
    strip.high = std::max(strip.high, one);
  }
  if (!(strip.low < strip.high)) return {};
  strip.counts.assign(kStripParts, 0);
  for (const double value : values) {
    const double part = (value - strip.low) / (strip.high - strip.low) * static_cast<double>(kStripParts);
    ++strip.counts[static_cast<std::size_t>(std::clamp(part, 0.0, static_cast<double>(kStripParts - 1)))];
  }
  return strip;
}

bool clause_less(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return !a.empty() && b.empty();
  while (!a.empty() && !b.empty()) {
    const std::string_view x = leading_digits(a);
    const std::string_view y = leading_digits(b);
    if (!x.empty() && !y.empty()) {
      const std::string_view p = without_zeros(x);
      const std::string_view q = without_zeros(y);
      if (p.size() != q.size()) return p.size() < q.size();
      if (p != q) return p < q;
      a.remove_prefix(x.size());
      b.remove_prefix(y.size());
    } else {
      if (a.front() != b.front()) return a.front() < b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.empty() && !b.empty();
}

std::vector<CertificateRow> certificate(const Results& results, const Limits& limits,
                                        const Verdicts& verdicts, bool same_host) {
  std::vector<Cells> by_limit(limits.limits.size());
  for (const auto& cell : verdicts.cells) {
    if (!cell.completion() && cell.limit >= 0)
      by_limit.at(static_cast<std::size_t>(cell.limit)).push_back(&cell);
  }
  std::map<std::string, const SeriesRow*> series;
  for (const auto& row : results.series) series.emplace(row.metric(), &row);
  std::vector<CertificateRow> rows;
  for (std::size_t i = 0; i < limits.limits.size(); ++i) {
    const Limit& limit = limits.limits[i];
    if (by_limit[i].empty() && std::holds_alternative<AsPromised>(limit.bound))
      continue;  // nothing was promised
    CertificateRow row;
    row.clause = limit.clause;
    row.metric = limit.metric;
    row.scope = limit.scope;
    row.model = limit.model;
    row.limit = phrase_of(limit);
    row.provenance = limit.provenance;
    row.score = limit.severity == Severity::score;
    if (const auto found = series.find(limit.metric); found != series.end()) {
      row.title = found->second->title;
      row.direction = std::string(to_string(found->second->direction));
    }
    count(row, by_limit[i]);
    describe_values(row, limit, by_limit[i], results, same_host);
    rows.push_back(std::move(row));
  }
  for (auto& row : completion_rows(results, verdicts)) rows.push_back(std::move(row));
  std::stable_sort(rows.begin(), rows.end(), [](const CertificateRow& a, const CertificateRow& b) {
    return clause_less(a.clause, b.clause);
  });
  return rows;
}

}  // namespace rackproof
