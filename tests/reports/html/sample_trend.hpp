// A trend as a folder of nights might give it, made by hand.
#pragma once

#include <fmt/format.h>

#include <cmath>

#include "harness/verdict/trend/calendar.hpp"
#include "harness/verdict/trend/trend_charts.hpp"

namespace rackproof::test {

inline const std::int32_t kTrendFirstDay = *day_of("2026-10-24");
inline constexpr int kTrendNights = 16;

inline TrendFinding sample_finding(int number, TrendState state = TrendState::confirmed,
                                   Change change = Change::worse) {
  TrendFinding finding;
  finding.id = fmt::format("{:012x}", number);
  finding.change = change;
  finding.scope = "node";
  finding.subject = fmt::format("rack1/node{}", number);
  finding.key = fmt::format("SN{:04}", number);
  finding.host = fmt::format("host{:02}", number);
  finding.metric = "memory/host/triad:f64,cold#bandwidth";
  finding.unit = "B/s";
  finding.state = state;
  finding.is_confirmed = state == TrendState::confirmed;
  finding.changed = date_text(kTrendFirstDay + 11);
  finding.first_seen = date_text(kTrendFirstDay + 13);
  if (state == TrendState::confirmed || state == TrendState::went_away)
    finding.settled = date_text(kTrendFirstDay + 14);
  finding.before = 2e9;
  finding.after = change == Change::better ? 2.2e9 : 1.8e9;
  finding.effect = finding.after / finding.before - 1;
  finding.effect_range = {finding.effect - 0.004, finding.effect + 0.004};
  finding.statistic = 8;
  finding.nights = kTrendNights;
  if (state == TrendState::acknowledged) finding.acknowledged = "E. Example, OPS-4711, until 2026-12-24";
  return finding;
}

/// Everything was measured, nothing changed.
inline Trend quiet_trend() {
  Trend trend;
  for (int night = 0; night < kTrendNights; ++night)
    trend.nights.push_back(date_text(kTrendFirstDay + night));
  trend.runs = kTrendNights;
  trend.coverage = {60, 60};
  trend.series_watched = 30;
  trend.series_scanned = 4;
  trend.expected_false_alarms = 0.03;
  return trend;
}

inline std::vector<std::int32_t> trend_days() {
  std::vector<std::int32_t> days;
  for (int night = 0; night < kTrendNights; ++night) days.push_back(kTrendFirstDay + night);
  return days;
}

/// A step on the twelfth night.
inline std::vector<double> stepped_values() {
  std::vector<double> values;
  for (int night = 0; night < kTrendNights; ++night)
    values.push_back((night < 11 ? 2e9 : 1.8e9) * (1 + 0.001 * (night % 3)));
  return values;
}

}  // namespace rackproof::test
