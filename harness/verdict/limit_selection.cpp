#include "harness/verdict/limit_selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "harness/verdict/bound.hpp"

namespace rackproof {

namespace {

bool is_as_promised(const Limit& limit) { return std::holds_alternative<AsPromised>(limit.bound); }

}  // namespace

LimitSelection::LimitSelection(const Results& results, const Limits& limits, const Promised& promised)
    : results_(results), limits_(limits), promised_(promised) {
  std::unordered_map<std::string, std::uint32_t> series_of;
  for (std::uint32_t i = 0; i < results.series.size(); ++i) series_of.emplace(results.series[i].metric(), i);
  for (std::size_t i = 0; i < limits.limits.size(); ++i) {
    const Limit& limit = limits.limits[i];
    const auto found = series_of.find(limit.metric);
    if (found == series_of.end()) {
      throw Error(fmt::format("a limit on {}, which the results do not define", printable(limit.metric)));
    }
    const SeriesRow& series = results.series[found->second];
    if (!suits(limit.bound, series.kind) ||
        (series.kind != QuantityKind::text && dimension_of(series.unit) != limit.dimension)) {
      throw Error(
          fmt::format("the limit on {} does not suit what the results hold", printable(limit.metric)));
    }
    by_case_[series.case_id].push_back({static_cast<std::int32_t>(i), found->second});
  }
  for (auto& [case_id, rows] : by_case_) {
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
      return results.series[a.series].quantity < results.series[b.series].quantity;
    });
  }
}

std::vector<LimitSelection::Row> LimitSelection::applying(std::string_view case_id,
                                                          std::uint32_t target_row) const {
  const TargetRow& target = results_.targets[target_row];
  const auto found = by_case_.find(case_id);
  if (found == by_case_.end()) return {};
  const auto limit_of = [&](const Row& row) -> const Limit& {
    return limits_.limits[static_cast<std::size_t>(row.limit)];
  };
  std::vector<Row> out;
  for (const Row& row : found->second) {
    const Limit& limit = limit_of(row);
    if (is_as_promised(limit) && !promised_.find(target_row, limit.metric)) continue;
    if (limit.scope == target.scope && (limit.model.empty() || limit.model == target.model))
      out.push_back(row);
  }
  const auto replaced = [&](const Row& row) {
    return limit_of(row).model.empty() && std::any_of(out.begin(), out.end(), [&](const Row& other) {
             return !limit_of(other).model.empty() && other.series == row.series &&
                    limit_of(other).severity == limit_of(row).severity &&
                    is_as_promised(limit_of(other)) == is_as_promised(limit_of(row));
           });
  };
  std::vector<Row> kept;
  std::copy_if(out.begin(), out.end(), std::back_inserter(kept),
               [&](const Row& row) { return !replaced(row); });
  return kept;
}

}  // namespace rackproof
