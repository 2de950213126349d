#include "reports/punch_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>

#include "reports/certificate.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Share of the limit by which the value misses it; negative inside.
double miss(const Bound& bound, double value) {
  if (const auto* lower = std::get_if<LowerLimit>(&bound))
    return (lower->bound - value) / std::abs(lower->bound);
  if (const auto* upper = std::get_if<UpperLimit>(&bound))
    return (value - upper->bound) / std::abs(upper->bound);
  if (const auto* band = std::get_if<BandLimit>(&bound)) {
    return std::max((band->lower - value) / std::abs(band->lower),
                    (value - band->upper) / std::abs(band->upper));
  }
  return kInfinity;
}

Phrase margin_of(const Bound& bound, double value) {
  const double share = miss(bound, value);
  if (!std::isfinite(share) || share <= 0) return {};
  const auto* band = std::get_if<BandLimit>(&bound);
  const bool below = std::holds_alternative<LowerLimit>(bound) || (band != nullptr && value < band->lower);
  return {below ? texts::kBelowLimit : texts::kAboveLimit, percent_text(share)};
}

struct RankedCell {
  const VerdictCell* cell;
  int group;  // 0 fail, 1 inconclusive, 2 not judged
  double miss;
};

RankedCell ranked(const VerdictCell& cell, const Limits& limits) {
  const int group = cell.verdict == Verdict::fail ? 0 : cell.verdict == Verdict::inconclusive ? 1 : 2;
  if (group != 0) return {&cell, group, 0};
  if (cell.limit < 0 || !std::isfinite(cell.value)) return {&cell, group, kInfinity};
  const double share = miss(limits.limits.at(static_cast<std::size_t>(cell.limit)).bound, cell.value);
  return {&cell, group, std::isnan(share) ? kInfinity : share};
}

// Labels that all of these nodes share; those of a device itself say how it is driven, not where it stands.
std::map<std::string, std::string> shared_labels(const Results& results,
                                                 const std::vector<std::uint32_t>& nodes) {
  if (nodes.empty()) return {};
  auto shared = results.targets.at(nodes.front()).labels;
  for (const auto node : nodes) {
    if (shared.empty()) break;
    std::erase_if(shared, [&labels = results.targets.at(node).labels](const auto& label) {
      const auto found = labels.find(label.first);
      return found == labels.end() || found->second != label.second;
    });
  }
  return shared;
}

std::vector<std::uint32_t> nodes_of(const Results& results) {
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t t = 0; t < results.targets.size(); ++t) {
    if (results.targets[t].placement == Placement::node) nodes.push_back(t);
  }
  return nodes;
}

// One title per case: quantities of a case share it.
using Titles = std::map<std::string_view, std::string_view>;

PunchEntry entry_of(const VerdictCell& cell, const Results& results, const Limits& limits,
                    const Titles& titles) {
  PunchEntry entry;
  entry.verdict = cell.verdict;
  entry.failure = cell.failure;
  entry.place = place_of(results, cell.target);
  entry.target = results.targets.at(cell.target).name;
  entry.labels = shared_labels(results, results.targets.at(cell.target).members);
  entry.launches = cell.launches;
  entry.reason = cell.reason;
  entry.rerun = rerun_line(results, cell.target, cell.case_id);
  entry.metric = cell.completion() ? cell.case_id : cell.case_id + "#" + cell.quantity;
  if (const auto title = titles.find(cell.case_id); title != titles.end()) entry.title = title->second;
  if (cell.limit >= 0) {
    const Limit& limit = limits.limits.at(static_cast<std::size_t>(cell.limit));
    entry.value = cell_text(cell, limit.dimension);
    entry.interval = cell_interval_text(cell, limit.dimension);
    entry.margin = margin_of(limit.bound, cell.value);
    entry.limit = phrase_of(limit);
    entry.provenance = limit.clause.empty() ? Phrase(limit.provenance)
                                            : Phrase(texts::kClauseOf, limit.clause, limit.provenance);
  } else {
    entry.value = kNotMeasured;
    entry.limit = texts::kCaseEndsOk;
    entry.provenance = texts::kThePlan;
  }
  return entry;
}

}  // namespace

PunchList punch_list(const Results& results, const Limits& limits, const Verdicts& verdicts) {
  PunchList list;
  list.site_labels = shared_labels(results, nodes_of(results));
  std::vector<RankedCell> open;
  for (const auto& cell : verdicts.cells) {
    if (cell.severity != Severity::gate) continue;
    if (cell.verdict == Verdict::pass || cell.verdict == Verdict::not_applicable) continue;
    ++(cell.verdict == Verdict::fail ? list.failing : list.undecided);
    open.push_back(ranked(cell, limits));
  }
  std::stable_sort(open.begin(), open.end(), [](const RankedCell& a, const RankedCell& b) {
    return a.group != b.group ? a.group < b.group : a.miss > b.miss;
  });
  open.resize(std::min(open.size(), kLongestPunchList));
  Titles titles;
  for (const auto& row : results.series) titles.emplace(row.case_id, row.title);
  for (const auto& one : open) list.entries.push_back(entry_of(*one.cell, results, limits, titles));
  return list;
}

}  // namespace rackproof
