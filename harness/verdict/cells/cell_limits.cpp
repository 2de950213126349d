#include "harness/verdict/cells/cell_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/results/preflight_facts.hpp"
#include "harness/verdict/bound.hpp"
#include "harness/verdict/cells/cell_judge.hpp"

namespace rackproof {

namespace {

/// Whether each row says `wanted`; there are few texts and many rows.
class SaysText {
 public:
  SaysText(const CellReader& cells, const std::string& wanted) : cells_(cells), wanted_(wanted) {}
  bool operator()(std::uint32_t row) {
    if (row == last_row_) return last_;
    const auto [known, is_new] = known_.try_emplace(row, false);
    if (is_new) known->second = cells_.text(row) == wanted_;
    last_row_ = row;
    return last_ = known->second;
  }

 private:
  const CellReader& cells_;
  const std::string& wanted_;
  std::unordered_map<std::uint32_t, bool> known_;
  std::uint32_t last_row_ = kNoText - 1;
  bool last_ = false;
};

}  // namespace

std::vector<Measurable> measurable(const CellReader& cells, unsigned threads) {
  const std::size_t cases = cells.cases().size();
  std::vector<std::array<std::set<std::uint32_t>, kPlacementCount>> scopes(cases);  // text rows
  for_each_index(cases, threads, [&](std::size_t row) {
    for (std::size_t at = 0; at < kPlacementCount; ++at) {
      const auto placement = static_cast<Placement>(at);
      const Subjects& subjects = cells.subjects(placement);
      const CaseColumn column = cells.read_case(row, placement);
      std::uint32_t last = kNoText;
      for (std::size_t i = 0; i < column.outcome.size(); ++i) {
        if (column.outcome[i] == CaseOutcome::not_planned || subjects.scope[i] == last) continue;
        last = subjects.scope[i];
        scopes[row][at].insert(last);
      }
    }
  });
  std::map<std::string_view, std::vector<std::string>> of_case;
  for (std::size_t row = 0; row < cases; ++row) {
    for (const auto& of_placement : scopes[row]) {
      for (const std::uint32_t scope : of_placement)
        of_case[cells.cases()[row]].emplace_back(cells.text(scope));
    }
  }
  std::vector<Measurable> out;
  for (const SeriesRow& series : cells.series())
    out.push_back({series.metric(), series.kind, dimension_of(series.unit), of_case[series.case_id]});
  return out;
}

CellLimits::CellLimits(const CellReader& cells, const Limits& limits) : cells_(cells), limits_(limits) {
  std::unordered_map<std::string, std::size_t> rows;
  for (std::size_t i = 0; i < cells.series().size(); ++i) rows.emplace(cells.series()[i].metric(), i);
  for (const Limit& limit : limits.limits) {
    const auto found = rows.find(limit.metric);
    if (found == rows.end())
      throw Error(fmt::format("a limit on {}, which the results do not define", printable(limit.metric)));
    const SeriesRow& series = cells.series()[found->second];
    if (!suits(limit.bound, series.kind) ||
        (series.kind != QuantityKind::text && dimension_of(series.unit) != limit.dimension))
      throw Error(
          fmt::format("the limit on {} does not suit what the results hold", printable(limit.metric)));
    series_.push_back(found->second);
  }
}

std::shared_ptr<const Mask> CellLimits::named(Placement placement, const std::string& scope,
                                              const std::string& model) const {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const Mask>& known = named_[{placement, scope, model}];
  if (known) return known;
  const Subjects& subjects = cells_.subjects(placement);
  SaysText is_scope(cells_, scope);
  SaysText is_model(cells_, model);
  Mask mask(subjects.size(), 0);
  for (std::size_t i = 0; i < mask.size(); ++i)
    mask[i] = is_scope(subjects.scope[i]) && (model.empty() || is_model(subjects.model[i]));
  return known = std::make_shared<const Mask>(std::move(mask));
}

Mask CellLimits::holds(std::size_t row, Placement placement) const {
  const Limit& limit = limits_.limits[row];
  Mask mask = *named(placement, limit.scope, limit.model);
  if (!limit.model.empty()) return mask;
  const bool promised = std::holds_alternative<AsPromised>(limit.bound);
  for (const Limit& other : limits_.limits) {
    if (other.model.empty() || other.metric != limit.metric || other.scope != limit.scope ||
        other.severity != limit.severity || std::holds_alternative<AsPromised>(other.bound) != promised)
      continue;
    const auto replaced = named(placement, other.scope, other.model);
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = mask[i] != 0 && (*replaced)[i] == 0;
  }
  return mask;
}

Mask CellLimits::calibrated(std::size_t row, Placement placement) const {
  if (!limits_.calibration || limits_.limits[row].severity != Severity::gate) return {};
  const std::vector<std::string>& serials = limits_.calibration->serials;
  const auto of = [&](const std::vector<std::uint32_t>& keys) {
    Mask mask(keys.size(), 0);
    for (std::size_t i = 0; i < keys.size(); ++i)
      mask[i] =
          keys[i] != kNoText && std::ranges::binary_search(serials, cells_.text(keys[i]), std::less<>{});
    return mask;
  };
  const Subjects& subjects = cells_.subjects(placement);
  const Mask nodes = of(cells_.subjects(Placement::node).key);
  const auto is_own = [&](std::uint32_t node) { return node < nodes.size() && nodes[node] != 0; };
  Mask mask = of(subjects.key);
  for (std::size_t i = 0; i < mask.size(); ++i)
    mask[i] = mask[i] != 0 || is_own(subjects.node[i]) || is_own(subjects.second[i]);
  return mask;
}

Mask CellLimits::unmet(std::size_t row, Placement placement) const {
  const When& when = limits_.limits[row].when;
  if (when.empty()) return {};
  const Subjects& subjects = cells_.subjects(placement);
  Mask mask(subjects.size(), 0);
  for (const auto& [item, wanted] : when) {
    const std::string key = std::string(kPreflightKey) + item;
    const auto own = cells_.fact(placement, key);
    const auto of_node = cells_.fact(Placement::node, key);
    SaysText is_wanted(cells_, wanted);
    const auto met_on = [&](std::uint32_t node) { return node < of_node.size() && is_wanted(of_node[node]); };
    for (std::size_t i = 0; i < mask.size(); ++i) {
      // What was found of a target itself counts before what was found of its nodes; all of these must agree.
      const bool met = own[i] != kNoText ? is_wanted(own[i])
                                         : met_on(subjects.node[i]) &&
                                               (subjects.second[i] == kNoText || met_on(subjects.second[i]));
      if (!met) mask[i] = 1;
    }
  }
  return mask;
}

}  // namespace rackproof
