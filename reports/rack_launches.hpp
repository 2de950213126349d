// What the launches behind the values of a campaign's racks gave, for the page that shows one rack.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"
#include "reports/fleet_data.hpp"

namespace rackproof {

/// Most racks of a page with launches: those of one campaign.
inline constexpr std::size_t kMostRacksWithLaunches = 512;
/// Most values and launches of a page, together. Racks that are not accepted come first; what has no room is counted.
inline constexpr std::size_t kMostLaunchFigures = 200'000;
/// Most launches shown of one part.
inline constexpr std::size_t kMostLaunchesOfPart = 16;

/// Where a metric of a fleet comes from.
struct FleetMetricSource {
  std::uint32_t series = 0;  ///< row of Results::series
  std::string scope;         ///< "device", "group:rack"
  std::int32_t limit = -1;   ///< row of Limits; -1: it has none
};

/// One entry for each rack of `fleet`, whose metrics come from `sources`, row by row. Values are those of the verdict cells, of
/// metrics without a limit those of the results. `rack_of_target`: row of the fleet's racks, or kNoRack. Metrics that are not
/// measured launch by launch (counts) have no entry. Throws Error as Measurements.
std::vector<RackLaunches> rack_launches(const Results& results, const Verdicts& verdicts,
                                        std::span<const std::uint32_t> rack_of_target,
                                        std::span<const FleetMetricSource> sources, const FleetData& fleet,
                                        std::size_t most_figures = kMostLaunchFigures);

}  // namespace rackproof
