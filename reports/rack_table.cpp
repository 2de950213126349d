#include "reports/rack_table.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "reports/place.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

std::uint64_t key_of(std::uint32_t a, std::uint32_t b) { return (std::uint64_t{a} << 32U) | b; }

// Lower is worse.
int rank_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::fail:
      return 0;
    case Verdict::inconclusive:
      return 1;
    case Verdict::not_judged:
      return 2;
    case Verdict::pass:
      return 3;
    case Verdict::not_applicable:
      return 4;
  }
  return 0;
}

}  // namespace

// Lookups by (target, series), made once per report. RackTableMaker::Index, which holds it, has a name outside of this file, too.
class ValueIndex {
 public:
  ValueIndex(const Results& results, const Verdicts& verdicts) : results_(results) {
    std::unordered_map<std::string, std::vector<std::uint32_t>> series_of_case;
    std::unordered_map<std::string, std::uint32_t> series_of_metric;
    for (std::uint32_t s = 0; s < results.series.size(); ++s) {
      series_of_case[results.series[s].case_id].push_back(s);
      series_of_metric.emplace(results.series[s].metric(), s);
      dimensions_.push_back(dimension_of(results.series[s].unit));
    }
    for (const auto& promise : results.promises) {
      for (const auto s : series_of_case[promise.case_id])
        exempt_[key_of(promise.target, s)] = !promise.exempt.empty();
    }
    for (const auto& columns : results.columns) {
      for (std::uint32_t c = 0; c < columns.size(); ++c) column_[columns[c]] = c;
    }
    for (const auto& exact : results.exact) exact_[key_of(exact.target, exact.series)] = &exact;
    for (const auto& fact : results.facts) {
      const auto s = series_of_metric.find(fact.key);
      // Others say what was promised, or why nothing was found.
      if (s != series_of_metric.end() && !fact.found.empty()) fact_[key_of(fact.target, s->second)] = &fact;
    }
    for (const auto& cell : verdicts.cells) {
      if (cell.completion() || cell.severity != Severity::gate) continue;
      const auto s = series_of_metric.find(cell.case_id + "#" + cell.quantity);
      if (s == series_of_metric.end()) continue;
      const auto [place, fresh] = verdict_.emplace(key_of(cell.target, s->second), cell.verdict);
      if (!fresh && rank_of(cell.verdict) < rank_of(place->second)) place->second = cell.verdict;
    }
  }

  bool planned(std::uint32_t target, std::uint32_t series) const {
    return exempt_.contains(key_of(target, series));
  }

  TableValue value(std::uint32_t target, std::uint32_t series) const {
    TableValue out;
    const auto promise = exempt_.find(key_of(target, series));
    if (promise == exempt_.end()) return out;
    out.planned = true;
    if (const auto v = verdict_.find(key_of(target, series)); v != verdict_.end()) {
      out.verdict = v->second;
    } else if (promise->second) {
      out.verdict = Verdict::not_applicable;
    }
    out.value = texts::kNotMeasured;
    switch (results_.series[series].kind) {
      case QuantityKind::real:
        set_real(out, target, series);
        break;
      case QuantityKind::exact:
        set_exact(out, target, series);
        break;
      case QuantityKind::text:
        if (const auto f = fact_.find(key_of(target, series));
            f != fact_.end() && !f->second->found.empty()) {
          out.value = f->second->found;
        }
        break;
    }
    return out;
  }

 private:
  void set_real(TableValue& out, std::uint32_t target, std::uint32_t series) const {
    const auto placement = static_cast<std::size_t>(results_.targets[target].placement);
    const auto column = column_.find(target);
    if (column == column_.end()) return;
    const std::size_t at = std::size_t{series} * results_.columns.at(placement).size() + column->second;
    const CellValue& cell = results_.cells.at(placement).at(at);
    if (cell.status != Status::ok) {
      if (cell.status != Status::skipped)
        out.value = Phrase(texts::kNotMeasuredStatus, to_string(cell.status));
      return;
    }
    if (!std::isfinite(cell.value)) return;
    out.value = value_text(static_cast<double>(cell.value), dimensions_[series]);
    out.interval =
        interval_text(static_cast<double>(cell.lo), static_cast<double>(cell.hi), dimensions_[series]);
  }

  void set_exact(TableValue& out, std::uint32_t target, std::uint32_t series) const {
    const auto exact = exact_.find(key_of(target, series));
    if (exact == exact_.end()) return;
    const std::string& unit = results_.series[series].unit;
    const std::string count = std::to_string(exact->second->value) + (unit == "1" ? "" : " " + unit);
    out.value = exact->second->differs ? Phrase(texts::kLaunchesDiffer, count) : Phrase(count);
  }

  const Results& results_;
  std::vector<Dimension> dimensions_;
  std::unordered_map<std::uint64_t, bool> exempt_;
  std::unordered_map<std::uint32_t, std::uint32_t> column_;
  std::unordered_map<std::uint64_t, const ExactValue*> exact_;
  std::unordered_map<std::uint64_t, const FactRow*> fact_;
  std::unordered_map<std::uint64_t, Verdict> verdict_;
};

namespace {

std::string arrow(Direction direction) {
  if (direction == Direction::higher_is_better) return "↑";
  return direction == Direction::lower_is_better ? "↓" : "";
}

ValueTable table_of(const Results& results, const ValueIndex& index,
                    const std::vector<std::uint32_t>& targets) {
  ValueTable table;
  table.scope = results.targets[targets.front()].scope;
  for (const auto target : targets) {
    const Place place = place_of(results, target);
    if (place.all_nodes > 0 && !place.rack.empty()) {
      table.columns.emplace_back(texts::kAllNodes, place.all_nodes);
    } else {
      table.columns.emplace_back(place.rack.empty() ? results.targets[target].name : place.part);
    }
  }
  for (std::uint32_t s = 0; s < results.series.size(); ++s) {
    const auto planned = [&](std::uint32_t target) { return index.planned(target, s); };
    if (std::none_of(targets.begin(), targets.end(), planned)) continue;
    TableRow row{results.series[s].metric(), arrow(results.series[s].direction), {}};
    for (const auto target : targets) row.values.push_back(index.value(target, s));
    table.rows.push_back(std::move(row));
  }
  return table;
}

using Scope = std::pair<Placement, std::string>;

std::size_t count_planned(const Results& results, const ValueIndex& index,
                          const std::vector<std::uint32_t>& targets) {
  std::size_t planned = 0;
  for (const auto target : targets) {
    for (std::uint32_t s = 0; s < results.series.size(); ++s) planned += index.planned(target, s) ? 1 : 0;
  }
  return planned;
}

}  // namespace

struct RackTableMaker::Index {
  Index(const Results& source, const Verdicts& verdicts) : results(source), values(source, verdicts) {
    for (std::uint32_t t = 0; t < results.targets.size(); ++t) {
      const std::string rack = place_of(results, t).rack;
      targets[rack.empty() ? kBetweenRacks : rack].push_back(t);
    }
  }

  const Results& results;
  ValueIndex values;
  std::map<std::string, std::vector<std::uint32_t>> targets;
};

RackTableMaker::RackTableMaker(const Results& results, const Verdicts& verdicts)
    : index_(std::make_unique<const Index>(results, verdicts)) {}

RackTableMaker::~RackTableMaker() = default;

RackTables RackTableMaker::of(const std::string& rack, std::size_t most) const {
  const auto found = index_->targets.find(rack);
  return found == index_->targets.end() ? RackTables{.rack = rack} : of(rack, found->second, most);
}

RackTables RackTableMaker::of(const std::string& rack, const std::vector<std::uint32_t>& targets,
                              std::size_t most) const {
  const Results& results = index_->results;
  std::map<Scope, std::vector<std::uint32_t>> by_scope;
  for (const auto target : targets)
    by_scope[{results.targets[target].placement, results.targets[target].scope}].push_back(target);
  RackTables out{.rack = rack};
  out.dense = count_planned(results, index_->values, targets) > kMostRoomyValues;
  const std::size_t columns = out.dense ? kMostDenseColumns : kMostColumns;
  std::size_t shown = 0;
  for (const auto& [scope, members] : by_scope) {
    for (std::size_t first = 0; first < members.size(); first += columns) {
      if (shown >= most) {
        out.left_out += std::min(columns, members.size() - first);
        continue;
      }
      const auto begin = members.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end =
          members.begin() + static_cast<std::ptrdiff_t>(std::min(first + columns, members.size()));
      ValueTable table = table_of(results, index_->values, {begin, end});
      shown += table.rows.size() * table.columns.size();
      if (!table.rows.empty()) out.tables.push_back(std::move(table));
    }
  }
  return out;
}

std::vector<RackTables> rack_tables(const Results& results, const Verdicts& verdicts,
                                    const std::vector<std::string>& racks) {
  const RackTableMaker maker(results, verdicts);
  std::vector<RackTables> all;
  std::size_t shown = 0;
  for (const auto& rack : racks) {
    all.push_back(maker.of(rack, shown < kMostTableValues ? kMostTableValues - shown : 0));
    for (const auto& table : all.back().tables) shown += table.rows.size() * table.columns.size();
  }
  return all;
}

}  // namespace rackproof
