// How much of an attempt readings speak for, and what their mean is.
#include "harness/results/reading_window.hpp"

#include <gtest/gtest.h>

#include "tests/harness/results/imported_readings.hpp"

namespace rackproof {

namespace {

using test::imported;
using test::kSecond;
using test::one_sensor;
using test::results_of_20_s;
using test::sensor_of;

TEST(ReadingWindow, AFewReadingsAreNoMeanOfAWindow) {
  Results results = results_of_20_s();
  const ImportReport report =
      import_telemetry(one_sensor("rack1/node1", SensorScope::node, 3000, 5 * kSecond), results);
  EXPECT_EQ(report.powers, 3);
  EXPECT_EQ(report.covered, 0) << "five readings";
  const auto rows = imported(results);
  EXPECT_NEAR(rows.at(0).coverage, 0.4, 1e-9);
  EXPECT_TRUE(std::isnan(rows[0].energy_j));
  EXPECT_EQ(results.telemetry.sources.at(rows[0].source).level, 0) << "less than a reading a second";
}

TEST(ReadingWindow, AReadingWeighsWhatItStandsFor) {
  // Ten of 1000 W in the first second of 20, then one of 3000 W every 2 s; before and after, 300 W.
  std::vector<std::pair<double, double>> readings{{-0.1, 300}};
  for (int i = 0; i < 10; ++i) readings.emplace_back(0.1 * i, 1000);
  for (int i = 0; i < 9; ++i) readings.emplace_back(2 + 2 * i, 3000);
  readings.emplace_back(19.9, 3000);
  readings.emplace_back(20.1, 300);
  Results results = results_of_20_s();
  EXPECT_EQ(import_telemetry(sensor_of(readings), results).covered, 3);
  EXPECT_NEAR(imported(results).at(0).mean, 2870, 20)
      << "some 1.2 s of 1000 W, 18.6 s of 3000 W; not 2000 W, and nothing of idle";
  EXPECT_NEAR(imported(results).at(0).energy_j, 20 * imported(results).at(0).mean, 1e-6);
}

TEST(ReadingWindow, AMissingReadingHidesNoNeighbour) {
  std::vector<std::pair<double, double>> readings;
  for (int i = 0; i < 10; ++i) {
    readings.emplace_back(0.9 + 2 * i, 1000);
    readings.emplace_back(0.95 + 2 * i, std::nan(""));
    readings.emplace_back(1.0 + 2 * i, 3000);
  }
  Results results = results_of_20_s();
  EXPECT_EQ(import_telemetry(sensor_of(readings), results).covered, 3);
  EXPECT_NEAR(imported(results).at(0).mean, 2000, 20) << "each is the nearest as long as the other";
}

TEST(ReadingWindow, AGapIsNotCovered) {
  // Before and after the case it is read once in 10 s, which the gap is not above.
  std::vector<std::pair<double, double>> slow_outside;
  for (int i = 0; i < 8; ++i) slow_outside.emplace_back(i, 3000);
  for (int i = 18; i < 21; ++i) slow_outside.emplace_back(i, 3000);
  for (int i = 3; i < 100; ++i) slow_outside.emplace_back(10 * i, 3000);
  Results results = results_of_20_s();
  EXPECT_EQ(import_telemetry(sensor_of(slow_outside), results).covered, 0);
  EXPECT_NEAR(imported(results).at(0).coverage, 0.5, 0.01);
  // Gaps of a quarter that are a quarter of all distances.
  results = results_of_20_s();
  import_telemetry(sensor_of({{-0.2, 9},
                              {0, 9},
                              {0.2, 9},
                              {0.4, 9},
                              {0.6, 9},
                              {0.8, 9},
                              {1, 9},
                              {5.8, 9},
                              {10.6, 9},
                              {15.4, 9},
                              {20, 9},
                              {20.2, 9}}),
                   results);
  EXPECT_LT(imported(results).at(0).coverage, 0.6);
  // Five readings, by two collectors.
  results = results_of_20_s();
  EXPECT_EQ(
      import_telemetry(
          sensor_of(
              {{0, 9}, {0.005, 9}, {5, 9}, {5.005, 9}, {10, 9}, {10.005, 9}, {15, 9}, {15.005, 9}, {20, 9}}),
          results)
          .covered,
      0);
  EXPECT_NEAR(imported(results).at(0).coverage, 0.4, 0.01);
  results = results_of_20_s();
  EXPECT_EQ(import_telemetry(sensor_of({{5, 3000}}), results).covered, 0) << "one reading";
  EXPECT_DOUBLE_EQ(imported(results).at(0).coverage, 0);
}

TEST(ReadingWindow, TwoCollectorsOfOneSensorAreOne) {
  Results results = results_of_20_s();
  ImportedFile file = one_sensor("rack1/node1", SensorScope::node, 3000, kSecond);
  ReadSensor& sensor = file.sensors[0];
  std::vector<std::int64_t> both;
  for (const auto time : sensor.times_ns) both.insert(both.end(), {time, time + kSecond / 200});
  sensor.times_ns = both;
  sensor.values.resize(both.size(), 3000);
  EXPECT_EQ(import_telemetry(file, results).covered, 3);
  EXPECT_EQ(results.telemetry.sources.back().level, 1);
}

}  // namespace
}  // namespace rackproof
