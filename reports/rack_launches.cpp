#include "reports/rack_launches.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>

#include "harness/base/units.hpp"
#include "harness/results/cells.hpp"
#include "harness/verdict/localise/suspects.hpp"
#include "harness/verdict/measurements.hpp"
#include "reports/escape.hpp"
#include "reports/fleet_metric.hpp"
#include "reports/place.hpp"

namespace rackproof {

namespace {

/// One value of a rack, before it is shown.
struct Cell {
  std::uint32_t metric = 0;
  std::uint32_t target = 0;  // row of Results::targets
  std::uint8_t verdict = kNoVerdict;
  double value = 0;
};

class LaunchesOfRacks {
 public:
  LaunchesOfRacks(const Results& results, const Verdicts& verdicts, std::span<const std::uint32_t> rack,
                  std::span<const FleetMetricSource> sources, const FleetData& fleet)
      : results_(results), sources_(sources), measurements_(results), cells_(fleet.racks.size()) {
    for (const FleetMetric& metric : fleet.metrics)
      scales_.push_back(metric.unit.empty() ? 1 : parse_quantity("1 " + metric.unit).value);
    std::map<std::int32_t, std::uint32_t> metric_of_limit;
    for (std::uint32_t metric = 0; metric < sources.size(); ++metric) {
      if (results.series[sources[metric].series].kind != QuantityKind::real) continue;
      if (sources[metric].limit >= 0) metric_of_limit.emplace(sources[metric].limit, metric);
      if (sources[metric].limit < 0) add_information(metric, rack);
    }
    for (const VerdictCell& cell : verdicts.cells) {
      const auto metric = metric_of_limit.find(cell.limit);
      if (metric != metric_of_limit.end() && rack[cell.target] != kNoRack)
        cells_[rack[cell.target]].push_back(
            {metric->second, cell.target, static_cast<std::uint8_t>(cell.verdict), cell.value});
    }
    for (auto& cells : cells_) std::ranges::stable_sort(cells, {}, &Cell::metric);
    find_suspects(verdicts);
  }

  /// Takes from `room` what it needs.
  RackLaunches of(std::size_t rack, std::size_t& room) const {
    RackLaunches out;
    std::unordered_map<std::uint32_t, std::uint32_t> rows;  // of targets
    const std::vector<Cell>& cells = cells_[rack];
    for (std::size_t begin = 0, end = 0; begin < cells.size(); begin = end) {
      end = begin;
      while (end < cells.size() && cells[end].metric == cells[begin].metric) ++end;
      RackLaunches::Metric metric{cells[begin].metric, {}};
      std::size_t figures = 0;
      for (std::size_t i = begin; i < end; ++i) {
        metric.parts.push_back(part_of(cells[i]));
        figures += 1 + metric.parts.back().launches.size();
      }
      if (figures > room) {
        out.left_out += metric.parts.size();
        continue;
      }
      room -= figures;
      for (RackLaunches::Part& part : metric.parts) {
        const auto [row, is_new] = rows.try_emplace(part.target, static_cast<std::uint32_t>(rows.size()));
        if (is_new) out.targets.push_back(shown_name(part.target));
        part.target = row->second;
      }
      out.metrics.push_back(std::move(metric));
    }
    add_nodes(out, rows);
    return out;
  }

 private:
  void add_information(std::uint32_t metric, std::span<const std::uint32_t> rack) {
    const FleetMetricSource& source = sources_[metric];
    for (std::size_t placement = 0; placement < kPlacementCount; ++placement) {
      const auto& columns = results_.columns[placement];
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::uint32_t target = columns[i];
        const CellValue& cell = results_.cells[placement][source.series * columns.size() + i];
        if (results_.targets[target].scope == source.scope && rack[target] != kNoRack &&
            std::isfinite(cell.value))
          cells_[rack[target]].push_back({metric, target, kNoVerdict, double{cell.value}});
      }
    }
  }

  RackLaunches::Part part_of(const Cell& cell) const {
    const auto shown = [scale = scales_[cell.metric]](double si) {
      return std::isfinite(si) ? static_cast<float>(rounded(si / scale, kFigureDigits))
                               : std::numeric_limits<float>::quiet_NaN();
    };
    RackLaunches::Part part{cell.target, cell.verdict, shown(cell.value), {}, 0};
    const std::vector<double> launches =
        measurements_.real(sources_[cell.metric].series, cell.target).launches;
    const std::size_t most = std::min(launches.size(), kMostLaunchesOfPart);
    for (std::size_t i = 0; i < most; ++i) part.launches.push_back(shown(launches[i]));
    part.more = static_cast<std::uint32_t>(launches.size() - most);
    return part;
  }

  std::string shown_name(std::uint32_t target) const {
    const TargetRow& row = results_.targets[target];
    const bool is_group = row.placement == Placement::group;
    return visible_text(is_group ? row.name : place_of(results_, target).part, kLongestFleetText);
  }

  /// Names, ends and suspects of the pairs among the targets that are shown.
  void add_nodes(RackLaunches& out, const std::unordered_map<std::uint32_t, std::uint32_t>& rows) const {
    out.ends.resize(out.targets.size());
    std::map<std::uint32_t, std::uint32_t> nodes;  // row of Results::targets → of out.nodes
    const auto is_pair = [&](std::uint32_t target) {
      return results_.targets[target].placement == Placement::pair &&
             results_.targets[target].members.size() == 2;
    };
    for (const auto& [target, row] : rows) {
      if (!is_pair(target)) continue;
      for (const std::uint32_t member : results_.targets[target].members) nodes.emplace(member, 0);
    }
    for (auto& [target, row] : nodes) {
      row = static_cast<std::uint32_t>(out.nodes.size());
      out.nodes.push_back(shown_name(target));
    }
    for (const auto& [target, row] : rows) {
      if (!is_pair(target)) continue;
      const auto& members = results_.targets[target].members;
      out.ends[row] = RackLaunches::Ends{nodes.at(members[0]), nodes.at(members[1])};
    }
    for (const auto& suspect : suspects_) {
      if (!std::ranges::all_of(suspect, [&](std::uint32_t node) { return nodes.contains(node); })) continue;
      out.suspects.emplace_back();
      for (const std::uint32_t node : suspect) out.suspects.back().push_back(nodes.at(node));
    }
  }

  /// Nodes and links; a suspected group is no part of the rack's pairs.
  void find_suspects(const Verdicts& verdicts) {
    std::unordered_map<std::string_view, std::uint32_t> nodes;
    for (std::uint32_t target = 0; target < results_.targets.size(); ++target) {
      if (results_.targets[target].placement == Placement::node)
        nodes.emplace(results_.targets[target].name, target);
    }
    for (const Finding& finding : verdicts.findings) {
      if (finding.kind != kSuspectFinding) continue;
      std::vector<std::uint32_t> subjects;
      for (const std::string& subject : finding.subjects) {
        if (const auto node = nodes.find(subject); node != nodes.end()) subjects.push_back(node->second);
      }
      if (!subjects.empty() && subjects.size() == finding.subjects.size())
        suspects_.push_back(std::move(subjects));
    }
  }

  const Results& results_;
  std::span<const FleetMetricSource> sources_;
  const Measurements measurements_;
  std::vector<double> scales_;                        // of each metric: its unit in SI
  std::vector<std::vector<Cell>> cells_;              // of each rack, by metric
  std::vector<std::vector<std::uint32_t>> suspects_;  // rows of Results::targets
};

/// Rejected and undecided racks are looked at first.
int rank(RackStanding standing) {
  constexpr std::array kRank{4, 2, 0, 1, 3};
  return kRank.at(static_cast<std::size_t>(standing));
}

}  // namespace

std::vector<RackLaunches> rack_launches(const Results& results, const Verdicts& verdicts,
                                        std::span<const std::uint32_t> rack_of_target,
                                        std::span<const FleetMetricSource> sources, const FleetData& fleet,
                                        std::size_t most_figures) {
  const LaunchesOfRacks racks(results, verdicts, rack_of_target, sources, fleet);
  std::vector<std::size_t> order(fleet.racks.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t rack) { return rank(fleet.standing[rack]); });
  std::vector<RackLaunches> out(fleet.racks.size());
  std::size_t room = most_figures;
  for (const std::size_t rack : order) out[rack] = racks.of(rack, room);
  return out;
}

}  // namespace rackproof
