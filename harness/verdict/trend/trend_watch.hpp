// What deserves a look among the series of one metric and placement: the shortlist, and the episodes of those that are scanned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/verdict/trend/cusum.hpp"
#include "harness/verdict/trend/episode.hpp"
#include "harness/verdict/trend/trend_series.hpp"

namespace rackproof {

/// Why a series is on the shortlist. Never a verdict.
struct Suspicion {
  Shift drifting = Shift::none;  ///< its cumulative sum alarms today, or did within the last kRecentNights
  bool alarms_now = false;
  bool is_far = false;  ///< far from the median of its cohort, on the last night
  bool any() const { return drifting != Shift::none || is_far; }
};

struct WatchedSeries {
  Suspicion suspicion;
  bool has_enough = false;  ///< nights to be scanned
  bool is_scanned = false;
  std::vector<Episode> episodes;  ///< the open one, and those that were over within the last kRecentNights
};

/// `measured` has kLeastNights nights at least; `lag1`: pooled correlation of neighbouring nights. `cohort`: index of the cohort of each
/// series, for the scale of its nights. Scanned are suspects, or all. Same result on any number of threads.
std::vector<WatchedSeries> watch(const TrendSeries& series, const std::vector<std::uint32_t>& cohort,
                                 bool all, const EpisodeSettings& settings, unsigned threads);

}  // namespace rackproof
