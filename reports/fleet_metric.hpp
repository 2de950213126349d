// One metric over a fleet: from all targets of a scope to the worst of each rack.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "harness/results/results.hpp"
#include "harness/verdict/limits.hpp"
#include "harness/verdict/verdicts.hpp"
#include "reports/fleet_data.hpp"

namespace rackproof {

/// A target that lies in no rack, or in several.
inline constexpr std::uint32_t kNoRack = 0xffffffff;
/// Beside the numbers of Verdict: no cell.
inline constexpr std::uint8_t kNoVerdict = kVerdictCount;
/// Significant digits of a figure in the page's data.
inline constexpr int kFigureDigits = 4;

/// The targets of one scope; entry i of each belongs to target i.
struct TargetColumn {
  std::span<const std::uint32_t> rack;    ///< row of the fleet's racks, or kNoRack
  std::span<const float> value;           ///< SI; NaN: not measured
  std::span<const std::uint8_t> verdict;  ///< a Verdict, or kNoVerdict
};

/// The worse of two verdicts: fail, inconclusive, not judged, pass, not applicable, none.
std::uint8_t worse_verdict(std::uint8_t a, std::uint8_t b);

/// `limit` null: information; then the worst is judged by the series' direction, without one by the distance from the median of all.
FleetMetric fleet_metric(const SeriesRow& series, std::string_view scope, const Limit* limit,
                         const TargetColumn& targets, std::size_t racks);

}  // namespace rackproof
