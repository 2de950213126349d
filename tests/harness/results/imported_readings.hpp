// A campaign of some attempts, and readings of others beside them.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "harness/results/import_telemetry.hpp"
#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/results/second.hpp"

namespace rackproof::test {

inline constexpr std::int64_t kBegin = 1'795'000'000 * kSecond;

/// A file of one sensor that reads `watts` every `period_ns` from kBegin − 5 s on, for a hundred readings.
inline ImportedFile one_sensor(const std::string& target, SensorScope scope, double watts,
                               std::int64_t period_ns) {
  ReadSensor sensor;
  sensor.target = target;
  sensor.source = {"Total_Power", "power", "W", scope, "", std::nan(""), false};
  sensor.line = 2;
  for (int i = 0; i < 100; ++i) {
    sensor.times_ns.push_back(kBegin - 5 * kSecond + i * period_ns);
    sensor.values.push_back(watts);
  }
  return {"bmc.csv", std::string(64, 'd'), 0, false, {sensor}};
}

/// sample_results() with windows of 20 s: two launches on rack1/node1, one on its rack; and one crash of a second on the device of node2.
inline Results results_of_20_s() {
  Results results = sample_results();
  for (auto& attempt : results.attempts) {
    attempt.begin_utc_ns = kBegin;
    attempt.end_utc_ns = kBegin + 20 * kSecond;
  }
  results.attempts[2].end_utc_ns = kBegin + kSecond;
  AttemptRow rack = results.attempts[0];
  rack.target = 5;
  results.attempts.push_back(rack);
  return results;
}

inline std::vector<TelemetrySummary> imported(const Results& results) {
  std::vector<TelemetrySummary> rows;
  for (const auto& row : results.telemetry.summaries) {
    if (results.telemetry.sources[row.source].name.starts_with("imported/")) rows.push_back(row);
  }
  return rows;
}

/// A sensor of rack1/node1 with these readings, s since kBegin and W.
inline ImportedFile sensor_of(const std::vector<std::pair<double, double>>& readings) {
  ImportedFile file = one_sensor("rack1/node1", SensorScope::node, 0, kSecond);
  file.sensors[0].times_ns.clear();
  file.sensors[0].values.clear();
  for (const auto& [at, watts] : readings) {
    file.sensors[0].times_ns.push_back(kBegin + static_cast<std::int64_t>(at * 1e9));
    file.sensors[0].values.push_back(watts);
  }
  return file;
}

}  // namespace rackproof::test
