#include "reports/fleet_of_campaign.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>

#include "reports/escape.hpp"
#include "reports/fleet_labels.hpp"
#include "reports/fleet_metric.hpp"
#include "reports/limit_range.hpp"
#include "reports/place.hpp"
#include "reports/rack_launches.hpp"

namespace rackproof {

namespace {

/// Targets of a metric as they come.
struct Column {
  std::vector<std::uint32_t> rack;
  std::vector<float> value;
  std::vector<std::uint8_t> verdict;

  void add(std::uint32_t of_rack, double of_value, std::uint8_t of_verdict) {
    rack.push_back(of_rack);
    value.push_back(std::isfinite(of_value) ? static_cast<float>(of_value)
                                            : std::numeric_limits<float>::quiet_NaN());
    verdict.push_back(of_verdict);
  }
  TargetColumn view() const { return {rack, value, verdict}; }
};

class CampaignFleet {
 public:
  CampaignFleet(const Results& results, const Limits& limits, const Verdicts& verdicts,
                const std::vector<RackView>& racks)
      : results_(results), limits_(limits), verdicts_(verdicts) {
    std::unordered_map<std::string_view, std::uint32_t> rows;
    for (const RackView& rack : racks) {
      rows.emplace(rack.name, static_cast<std::uint32_t>(fleet_.racks.size()));
      fleet_.racks.push_back(visible_text(rack.name, kLongestFleetText));
      fleet_.standing.push_back(standing_of(rack));
    }
    for (std::uint32_t target = 0; target < results.targets.size(); ++target) {
      const auto row = rows.find(place_of(results, target).rack);
      rack_.push_back(row == rows.end() ? kNoRack : row->second);
    }
    for (const SeriesRow& series : results.series) series_.emplace(series.metric(), &series);
  }

  FleetData make() {
    add_labels();
    add_limits();
    add_information();
    return std::move(fleet_);
  }

  FleetData make_with_launches() {
    FleetData fleet = make();
    if (fleet.racks.size() <= kMostRacksWithLaunches)
      fleet.launches = rack_launches(results_, verdicts_, rack_, sources_, fleet);
    return fleet;
  }

 private:
  void add_labels() {
    std::set<std::string> names;
    for (const TargetRow& target : results_.targets) {
      if (target.placement != Placement::node) continue;
      for (const auto& [name, value] : target.labels) names.insert(name);
    }
    for (const std::string& name : names) {
      if (!tells_of_racks(name)) continue;
      std::vector<std::uint32_t> rack;
      std::vector<std::string_view> value;
      for (std::size_t i = 0; i < results_.targets.size(); ++i) {
        if (results_.targets[i].placement != Placement::node) continue;
        const auto found = results_.targets[i].labels.find(name);
        rack.push_back(rack_[i]);
        value.push_back(found == results_.targets[i].labels.end() ? std::string_view{} : found->second);
      }
      if (auto label = fleet_label(name, rack, value, fleet_.racks.size()))
        fleet_.labels.push_back(std::move(*label));
    }
  }

  bool is_full() const { return fleet_.metrics.size() == kMostFleetMetrics; }

  void add_limits() {
    std::vector<Column> columns(limits_.limits.size());
    for (const VerdictCell& cell : verdicts_.cells) {
      if (cell.limit < 0) continue;
      columns.at(static_cast<std::size_t>(cell.limit))
          .add(rack_[cell.target], cell.value, static_cast<std::uint8_t>(cell.verdict));
    }
    for (const Severity severity : {Severity::gate, Severity::score}) {
      for (std::size_t i = 0; i < columns.size() && !is_full(); ++i) {
        const Limit& limit = limits_.limits[i];
        const auto series = series_.find(limit.metric);
        if (limit.severity != severity || !limit_range(limit) || series == series_.end()) continue;
        fleet_.metrics.push_back(
            fleet_metric(*series->second, limit.scope, &limit, columns[i].view(), fleet_.racks.size()));
        sources_.push_back({static_cast<std::uint32_t>(series->second - results_.series.data()), limit.scope,
                            static_cast<std::int32_t>(i)});
        limited_.emplace(limit.metric, limit.scope);
      }
    }
  }

  void add_information() {
    for (std::size_t series = 0; series < results_.series.size(); ++series) {
      if (results_.series[series].kind != QuantityKind::real) continue;
      for (std::size_t placement = 0; placement < kPlacementCount; ++placement)
        add_information(series, placement);
    }
  }

  void add_information(std::size_t series, std::size_t placement) {
    const auto& targets = results_.columns[placement];
    std::map<std::string, Column> by_scope;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const CellValue& cell = results_.cells[placement][series * targets.size() + i];
      by_scope[results_.targets[targets[i]].scope].add(rack_[targets[i]], double{cell.value}, kNoVerdict);
    }
    for (const auto& [scope, column] : by_scope) {
      if (is_full() || limited_.contains({results_.series[series].metric(), scope})) continue;
      if (std::ranges::all_of(column.value, [](float value) { return std::isnan(value); })) continue;
      fleet_.metrics.push_back(
          fleet_metric(results_.series[series], scope, nullptr, column.view(), fleet_.racks.size()));
      sources_.push_back({static_cast<std::uint32_t>(series), scope, -1});
    }
  }

  const Results& results_;
  const Limits& limits_;
  const Verdicts& verdicts_;
  std::vector<std::uint32_t> rack_;         // of each target
  std::vector<FleetMetricSource> sources_;  // of each metric
  std::map<std::string, const SeriesRow*> series_;
  std::set<std::pair<std::string, std::string>> limited_;  // metric, scope
  FleetData fleet_;
};

}  // namespace

RackStanding standing_of(const RackView& rack) {
  if (!rack.started) return RackStanding::not_started;
  if (rack.with_reservations) return RackStanding::with_reservations;
  if (rack.clean()) return RackStanding::accepted;
  return rack.disposition == Disposition::rejected ? RackStanding::rejected : RackStanding::undecided;
}

FleetData fleet_data(const Results& results, const Limits& limits, const Verdicts& verdicts,
                     const std::vector<RackView>& racks) {
  return CampaignFleet(results, limits, verdicts, racks).make();
}

FleetData fleet_data_with_launches(const Results& results, const Limits& limits, const Verdicts& verdicts,
                                   const std::vector<RackView>& racks) {
  return CampaignFleet(results, limits, verdicts, racks).make_with_launches();
}

}  // namespace rackproof
