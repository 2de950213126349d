#include "harness/verdict/trend/trend_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>

#include "harness/base/error.hpp"
#include "harness/verdict/trend/trend_series.hpp"

namespace rackproof {

namespace {

/// Where the series of a finding stands.
struct SeriesPlace {
  Placement placement = Placement::node;
  std::size_t row = 0;  ///< of the placement's subjects; of a roll-up, of its groups
};

class ChartMaker {
 public:
  ChartMaker(const NightlyHistory& history, const TrendEvents& events, const Trend& trend, unsigned threads)
      : history_(history), events_(events), trend_(trend), threads_(threads) {
    for (const Placement placement : kPlacements)
      groups_[static_cast<std::size_t>(placement)] = roll_up_groups(history, placement);
  }

  TrendCharts make(std::span<const std::size_t> findings) const {
    TrendCharts out;
    for (const TrendNight& night : history_.nights()) out.days.push_back(night.day);
    std::map<std::pair<std::size_t, Placement>, std::vector<std::pair<std::size_t, std::size_t>>> wanted;
    for (const std::size_t finding : findings) {
      if (finding >= trend_.findings.size()) throw Error(fmt::format("no finding stands in row {}", finding));
      const TrendFinding& of = trend_.findings[finding];
      const std::optional<SeriesPlace> place = place_of(of);
      if (!place) throw Error(fmt::format("the nights of finding {} are not of this history", of.id));
      wanted[{metric_of(of), place->placement}].emplace_back(out.charts.size(), place->row);
      out.charts.push_back({finding, {}});
    }
    for (const auto& [source, charts] : wanted) fill(source.first, source.second, charts, out);
    return out;
  }

 private:
  std::size_t metric_of(const TrendFinding& finding) const {
    const auto at = std::ranges::find(history_.metrics(), finding.metric,
                                      [](const HistoryMetric& metric) { return metric.definition.metric(); });
    if (at == history_.metrics().end())
      throw Error(fmt::format("{} is no metric of this history", finding.metric));
    return static_cast<std::size_t>(at - history_.metrics().begin());
  }

  std::optional<SeriesPlace> place_of(const TrendFinding& finding) const {
    for (const Placement placement : kPlacements) {
      if (finding.is_roll_up) {
        const auto& groups = groups_[static_cast<std::size_t>(placement)];
        for (std::size_t g = 0; g < groups.size(); ++g) {
          if (finding.key == groups[g].name &&
              finding.scope == fmt::format("{} of {}s", groups[g].kind, to_string(placement)))
            return SeriesPlace{placement, g};
        }
        continue;
      }
      const auto& subjects = history_.subjects(placement);
      for (std::size_t s = 0; s < subjects.size(); ++s) {
        if (history_.text(subjects[s].key) == finding.key &&
            history_.text(subjects[s].scope) == finding.scope)
          return SeriesPlace{placement, s};
      }
    }
    return std::nullopt;
  }

  /// The charts (and their series' rows) of one metric and placement.
  void fill(std::size_t metric, Placement placement,
            const std::vector<std::pair<std::size_t, std::size_t>>& charts, TrendCharts& out) const {
    const std::vector<float> measured = std::move(history_.values({metric}, placement).front());
    const std::string id = history_.metrics()[metric].definition.metric();
    const std::size_t nights = history_.nights().size();
    std::vector<bool> used(events_.cuts.size(), false);
    const std::vector<std::uint32_t> first = first_nights(history_, placement, id, events_.cuts, used);
    std::vector<std::size_t> rolled;  // charts of groups
    std::vector<RollUpGroup> groups;
    for (const auto& [chart, row] : charts) {
      std::vector<double>& values = out.charts[chart].values;
      if (trend_.findings[out.charts[chart].finding].is_roll_up) {
        rolled.push_back(chart);
        groups.push_back(groups_[static_cast<std::size_t>(placement)][row]);
        continue;
      }
      values.assign(nights, std::numeric_limits<double>::quiet_NaN());
      for (std::size_t night = first[row]; night < nights; ++night)
        values[night] = measured[row * nights + night];
    }
    if (groups.empty()) return;
    const TrendSeries series = relative_series(measured, nights, first, threads_);
    const TrendSeries group = roll_up(series, groups, history_, id, events_.cuts, used, threads_);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      std::vector<double>& values = out.charts[rolled[g]].values;
      for (const double share : group.of(g)) values.push_back(share * group.level[g]);
    }
  }

  const NightlyHistory& history_;
  const TrendEvents& events_;
  const Trend& trend_;
  unsigned threads_;
  std::array<std::vector<RollUpGroup>, kPlacementCount> groups_;
};

}  // namespace

TrendCharts trend_charts(const NightlyHistory& history, const TrendEvents& events, const Trend& trend,
                         std::span<const std::size_t> findings, unsigned threads) {
  return ChartMaker(history, events, trend, threads).make(findings);
}

}  // namespace rackproof
