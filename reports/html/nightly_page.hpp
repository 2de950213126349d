// The morning page: what changed, whether it is real, and where. Everything that it says stands in the trend; it decides nothing itself.
#pragma once

#include <cstddef>
#include <vector>

#include "harness/verdict/trend/trend_charts.hpp"
#include "reports/html/page.hpp"

namespace rackproof {

/// Most rows of each list; the rest is counted.
inline constexpr std::size_t kMostChanges = 100;
inline constexpr std::size_t kMostChangesOfCause = 5;
inline constexpr std::size_t kMostCharts = 40;
inline constexpr std::size_t kMostCauses = 50;
inline constexpr std::size_t kMostSettled = 50;
inline constexpr std::size_t kMostSuspects = 30;
inline constexpr std::size_t kMostNotes = 50;

/// Rows of Trend::findings that are new or confirmed, as the page lists them: confirmed before new, worse before changed before better,
/// else as in the trend; at most kMostChangesOfCause of one cause and kMostChanges in all.
std::vector<std::size_t> listed_changes(const Trend& trend);
/// The first of these, which get a chart.
std::vector<std::size_t> charted_changes(const Trend& trend);

/// Headline, coverage, causes, environment differences, changes, suspects, what is settled, charts, notes; sections without data are left
/// out. `charts` may be of other findings, or of none.
Page nightly_page(const Trend& trend, const TrendCharts& charts, const Words& words);

}  // namespace rackproof
