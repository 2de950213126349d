// One metric on all subjects of a placement, night after night, as shares of each one's own level; and what is common to several.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/verdict/trend/nightly_history.hpp"
#include "harness/verdict/trend/trend_events.hpp"

namespace rackproof {

/// Values are shares of a series' own median over the nights, so that subjects of unlike levels can be taken together.
struct TrendSeries {
  std::size_t nights = 0;
  std::vector<double> values;  ///< [series][night]; NaN: not measured, or before a cut
  std::vector<double>
      level;  ///< of each series, in SI; NaN: nothing measured, or no positive level: then no values
  std::vector<double> floor;  ///< least standard deviation of a night that five digits can show, as a share

  std::size_t size() const { return level.size(); }
  std::span<const double> of(std::size_t series) const {
    return std::span(values).subspan(series * nights, nights);
  }
};

/// Of measured values [series][night]. Nights before `first_night` of a series are left out.
TrendSeries relative_series(std::span<const float> measured, std::size_t nights,
                            const std::vector<std::uint32_t>& first_night, unsigned threads);

/// The first night that each subject is compared with, by the events that cover it; of a closed history none. `used`: whether an event cut anything.
std::vector<std::uint32_t> first_nights(const NightlyHistory& history, Placement placement,
                                        const std::string& metric, const std::vector<LevelCut>& cuts,
                                        std::vector<bool>& used);

/// Subjects that are rolled up into one series.
struct RollUpGroup {
  std::string kind;  ///< "rack", "cohort" (a model) or "site"
  std::string name;  ///< "rack1", "model=m1", "site"; the scope before it where it is not nodes or devices
  std::vector<std::uint32_t> members;
};

/// Racks of at least two subjects, cohorts of at least two, and the site where it has several cohorts.
std::vector<RollUpGroup> roll_up_groups(const NightlyHistory& history, Placement placement);

/// Night by night, the median over the members that were measured; a night on which fewer than half of the usual number were
/// is left out. Cuts of the groups' own are applied.
TrendSeries roll_up(const TrendSeries& series, const std::vector<RollUpGroup>& groups,
                    const NightlyHistory& history, const std::string& metric,
                    const std::vector<LevelCut>& cuts, std::vector<bool>& used, unsigned threads);

}  // namespace rackproof
