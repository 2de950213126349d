// The nights behind findings of a trend: what a chart of each draws.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/verdict/trend/trend.hpp"

namespace rackproof {

struct TrendChart {
  std::size_t finding = 0;  ///< row of Trend::findings
  std::vector<double>
      values;  ///< one a night, in the finding's unit; NaN: not measured, or before a level was accepted anew
};

struct TrendCharts {
  std::vector<std::int32_t> days;  ///< of the nights, since 1970-01-01; two nights may be of one day
  std::vector<TrendChart> charts;  ///< in the order that was asked for
};

/// The series that were scanned, of the findings in these rows; of a roll-up the median share of its members times its level. Reads each
/// metric once. Throws Error for a row that is none.
TrendCharts trend_charts(const NightlyHistory& history, const TrendEvents& events, const Trend& trend,
                         std::span<const std::size_t> findings, unsigned threads = 0);

}  // namespace rackproof
