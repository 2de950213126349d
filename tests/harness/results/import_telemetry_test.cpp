// Readings of BMCs and PDUs: read from a file of anybody's, put beside what a campaign measured.
#include "harness/results/import_telemetry.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "harness/results/results_file.hpp"
#include "tests/harness/results/sample_results.hpp"

namespace rackproof {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kBegin = 1'795'000'000 * kSecond;
constexpr const char* kHeader = "time,target,sensor,scope,value,unit\n";

class ReadingsCsv : public testing::Test {
 protected:
  std::vector<ReadSensor> read(const std::string& text) const {
    std::ofstream(file()) << text;
    return read_readings_csv(file()).sensors;
  }
  /// The problems of a file, one line each.
  std::string problems_of(const std::string& text) const {
    std::ofstream(file()) << text;
    std::string lines;
    try {
      read_readings_csv(file());
      ADD_FAILURE() << "nothing was refused in " << text;
    } catch (const ConfigurationError& error) {
      for (const auto& one : error.diagnostics())
        lines += std::to_string(one.line) + ": " + one.message + "; " + one.hint + "\n";
    }
    return lines;
  }
  std::filesystem::path file() const { return folder_ / "bmc.csv"; }
  TemporaryFolder folder_;
};

TEST_F(ReadingsCsv, TellsPowerAndTemperatureInSiUnits) {
  const auto sensors = read(
      "\xef\xbb\xbfunit,value,scope,sensor,target,time\r\n"
      "kW,3.5,node,\"Total, \"\"all\"\" PSUs\",rack1/node1,2026-11-18T09:46:42Z\r\n"
      "\r\n"
      "C,25,board,Inlet,rack1/node1,2026-11-18T17:46:42.5+08:00\r\n"
      "W,3400,node,\"Total, \"\"all\"\" PSUs\",rack1/node1,1794995201.25");
  ASSERT_EQ(sensors.size(), 2u);
  EXPECT_EQ(sensors[0].source.name, "Inlet");
  EXPECT_EQ(sensors[0].source.quantity, "temperature");
  EXPECT_EQ(sensors[0].source.unit, "K");
  EXPECT_DOUBLE_EQ(sensors[0].values.at(0), 298.15);
  EXPECT_EQ(sensors[1].source.name, "Total, \"all\" PSUs");
  EXPECT_EQ(sensors[1].source.scope, SensorScope::node);
  const std::int64_t at = 1'794'995'202 * kSecond;
  EXPECT_EQ(sensors[0].times_ns, std::vector<std::int64_t>{at + kSecond / 2});
  EXPECT_EQ(sensors[1].times_ns, (std::vector<std::int64_t>{at - 3 * kSecond / 4, at})) << "by time";
  EXPECT_EQ(sensors[1].values, (std::vector<double>{3400, 3500}));
}

TEST_F(ReadingsCsv, WhatCannotBeIsNoReading) {
  const auto sensors =
      read(std::string(kHeader) +
           "1795000000,n,p,node,,W\n1795000001,n,p,node,NA,W\n1795000002,n,p,node,0,W\n"
           "1795000003,n,p,node,-5,W\n1795000004,n,p,node,-inf,W\n1795000005,n,p,node,null,W\n"
           "1795000006,n,p,node,300,W\n1795000007,n,t,board,0,C\n1795000008,n,t,board,255,C\n");
  ASSERT_EQ(sensors.size(), 2u);
  const auto& power = sensors[0];
  ASSERT_EQ(power.values.size(), 7u);
  for (std::size_t i = 0; i < power.values.size(); ++i) EXPECT_EQ(std::isnan(power.values[i]), i != 6) << i;
  EXPECT_EQ(power.unavailable, "the file has no value");
  EXPECT_TRUE(std::isnan(sensors[1].values[1])) << "255 °C is a byte without a reading";
  EXPECT_TRUE(std::isnan(sensors[1].values[0])) << "0 °C is a sensor that is not wired";
}

TEST_F(ReadingsCsv, OneReadingTwiceIsOne) {
  const std::string row = "1795000000,n,p,node,300,W\n";
  const auto sensors = read(kHeader + row + "1795000001,n,p,node,,W\n1795000001,n,p,node,310,W\n" + row);
  ASSERT_EQ(sensors.size(), 1u);
  EXPECT_EQ(sensors[0].values, (std::vector<double>{300, 310}));
}

TEST_F(ReadingsCsv, WhatIsWrongIsNamedWithItsLine) {
  const auto wrong = [&](const std::string& row) { return problems_of(kHeader + row + "\n"); };
  EXPECT_EQ(
      wrong("2026-11-30T20:15:04,n,p,node,1,W"),
      "2: \"2026-11-30T20:15:04\" is no time; write 2026-11-30T20:15:04Z, another zone as +08:00, or seconds "
      "since 1970\n");
  EXPECT_TRUE(wrong("1795000000000,n,p,node,1,W").starts_with("2: \"1795000000000\" is no time")) << "ms";
  EXPECT_TRUE(
      wrong("1795000000,n,p,node,1,rpm").starts_with("2: \"rpm\" is no unit of power or temperature"));
  EXPECT_TRUE(wrong("1795000000,n,p,,1,W").starts_with("2: \"\" is no scope"));
  EXPECT_TRUE(wrong("1795000000,n,p,node,1 W,W").starts_with("2: \"1 W\" is no number"));
  EXPECT_TRUE(wrong("1795000000,n,p,node,1").starts_with("2: 5 fields, but 6 columns"));
  EXPECT_TRUE(wrong("1795000000,,p,node,1,W").starts_with("2: no target, or no sensor"));
  EXPECT_TRUE(wrong("1795000000,n,\"p,node,1,W").starts_with("2: quotes that do not end their field"));
  EXPECT_TRUE(wrong("1795000000,n,\"p\"q,node,1,W").starts_with("2: quotes that do not end their field"));
  EXPECT_TRUE(wrong(std::string(5000, 'x')).starts_with("2: a line of more than 4096 bytes"));
  EXPECT_TRUE(wrong("1795000000,n,p,node,1,W\n1795000001,n,p,board,1,W")
                  .starts_with("3: p of n is power of a node in line 2; a sensor has one"));
  EXPECT_TRUE(wrong("1795000000,n,p,node,1,W\n1795000001,n,p,node,1,W\n1795000000,n,p,node,2,W")
                  .starts_with("4: p of n has another value at this time, 1 W"));
  EXPECT_TRUE(wrong("1795000000,n,p,node,14000,W\n1795000001,n,p,node,14000,kW")
                  .starts_with("3: 14000 kW cannot be the power of a node; look at its unit and scope"))
      << "nodes of 14 kW there are";
  EXPECT_TRUE(wrong("1795000000,n,p,node,inf,W").starts_with("2: inf W cannot be the power of a node"));
  EXPECT_EQ(problems_of("time,target,sensr,scope,value,unit\n"),
            "1: unknown column \"sensr\"; did you mean \"sensor\"?\n"
            "1: the column sensor is not there once; write time,target,sensor,scope,value,unit as the first "
            "line\n");
  EXPECT_TRUE(problems_of("").starts_with("0: the file is empty; write time,"));
  std::string many = kHeader;
  for (int i = 0; i < 1000; ++i) many += "x" + std::to_string(i / 2) + ",n,p,node,1,W\n";
  EXPECT_EQ(std::ranges::count(problems_of(many), '\n'), 20);
}

TEST_F(ReadingsCsv, NothingToReadIsNoEmptyImport) {
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "bmc.csv has no readings", error_of([&] { read(kHeader); }));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "cannot read",
                      error_of([&] { read_readings_csv(folder_ / "no"); }));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "cannot read",
                      error_of([&] { read_readings_csv(folder_.path()); }));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "it is no file",
                      error_of([&] { read_readings_csv("/dev/null"); }))
      << "what is gone when it was read has no checksum";
}

/// A file of one sensor that reads `watts` every `period_ns` from kBegin − 5 s on, for a hundred readings.
ImportedFile one_sensor(const std::string& target, SensorScope scope, double watts, std::int64_t period_ns) {
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
Results results_of_20_s() {
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

std::vector<TelemetrySummary> imported(const Results& results) {
  std::vector<TelemetrySummary> rows;
  for (const auto& row : results.telemetry.summaries) {
    if (results.telemetry.sources[row.source].name.starts_with("imported/")) rows.push_back(row);
  }
  return rows;
}

TEST(ImportTelemetry, SumsUpWhatLiesWithinEachAttemptOfTheNode) {
  Results results = results_of_20_s();
  const std::size_t before = results.telemetry.summaries.size();
  const ImportReport report =
      import_telemetry(one_sensor("rack1/node1", SensorScope::node, 3000, kSecond), results);
  EXPECT_EQ(report.readings, 100);
  EXPECT_EQ(report.powers, 3) << "two launches on the node, one on its rack";
  EXPECT_EQ(report.covered, 3);
  const auto rows = imported(results);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(results.telemetry.summaries.size(), before + 3);
  EXPECT_EQ(rows[0].n, 21);
  EXPECT_DOUBLE_EQ(rows[0].mean, 3000);
  EXPECT_DOUBLE_EQ(rows[0].energy_j, 60'000);
  const auto& source = results.telemetry.sources.at(rows[0].source);
  EXPECT_EQ(source.scope, "node");
  EXPECT_EQ(source.level, 1);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "bmc.csv (SHA-256 dddd", source.origin);
  EXPECT_TRUE(results.telemetry.segments.at(source.segment).step.empty());
}

TEST(ImportTelemetry, AFewReadingsAreNoMeanOfAWindow) {
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

TEST(ImportTelemetry, ARacksReadingsAreOfCasesOnAllOfIt) {
  Results results = results_of_20_s();
  import_telemetry(one_sensor("rack1", SensorScope::rack, 60'000, kSecond), results);
  const auto rows = imported(results);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(results.attempts[rows[0].attempt].target, 5u);
}

TEST(ImportTelemetry, ADevicesReadingsAreOfItsCasesAndThoseOfItsNode) {
  Results results = results_of_20_s();
  AttemptRow neighbour = results.attempts[2];  // on another device of node2
  TargetRow row = results.targets[3];
  row.name = "rack1/node2/dev1";
  results.targets.push_back(row);
  neighbour.target = 6;
  results.attempts.push_back(neighbour);
  results.facts.push_back({3, "device/uuid", "", "GPU-3", ""});
  import_telemetry(one_sensor("rack1/node2/dev0", SensorScope::device, 500, kSecond), results);
  const auto rows = imported(results);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].attempt, 2u);
  EXPECT_EQ(results.attempts[rows[1].attempt].target, 5u);
  EXPECT_EQ(results.telemetry.sources.at(rows[0].source).device, "GPU-3");
}

TEST(ImportTelemetry, AClockThatIsOffIsSetRight) {
  Results results = results_of_20_s();
  ImportedFile file = one_sensor("rack1/node1", SensorScope::node, 3000, kSecond);
  for (auto& time : file.sensors[0].times_ns) time -= 3600 * kSecond;
  const ImportedFile off = file;
  EXPECT_PRED_FORMAT2(
      testing::IsSubstring,
      "no reading lies within a case on its target: they are from 2026-11-18T10:06:35.000Z to "
      "2026-11-18T10:08:14.000Z, cases from 2026-11-18T11:06:40.000Z to 2026-11-18T11:07:00.000Z;",
      error_of([&] { import_telemetry(off, results); }));
  EXPECT_TRUE(imported(results).empty()) << "nothing of it is left";
  file.clock_offset_ns = 3600 * kSecond + 250'000'000;
  EXPECT_EQ(import_telemetry(file, results).covered, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, ", +3600.25 s)", results.telemetry.sources.back().origin);
}

/// A sensor of rack1/node1 with these readings, s since kBegin and W.
ImportedFile sensor_of(const std::vector<std::pair<double, double>>& readings) {
  ImportedFile file = one_sensor("rack1/node1", SensorScope::node, 0, kSecond);
  file.sensors[0].times_ns.clear();
  file.sensors[0].values.clear();
  for (const auto& [at, watts] : readings) {
    file.sensors[0].times_ns.push_back(kBegin + static_cast<std::int64_t>(at * 1e9));
    file.sensors[0].values.push_back(watts);
  }
  return file;
}

TEST(ImportTelemetry, AReadingWeighsWhatItStandsFor) {
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

TEST(ImportTelemetry, AMissingReadingHidesNoNeighbour) {
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

TEST(ImportTelemetry, AGapIsNotCovered) {
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

TEST(ImportTelemetry, TwoCollectorsOfOneSensorAreOne) {
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

/// Own powers of 150 W each beside the first attempt on rack1/node1 and that on its rack.
void add_own_powers(Results& results, const std::vector<TelemetrySourceRow>& sources) {
  results.telemetry = {};
  results.telemetry.segments.push_back({});
  for (TelemetrySourceRow source : sources) {
    source.quantity = "power";
    for (const std::uint32_t attempt : {0u, 3u}) {
      TelemetrySummary summary;
      summary.attempt = attempt;
      summary.source = static_cast<std::uint32_t>(results.telemetry.sources.size());
      summary.n = 10;
      summary.min = summary.mean = summary.max = 150;
      summary.coverage = 1;
      results.telemetry.summaries.push_back(summary);
    }
    results.telemetry.sources.push_back(source);
  }
}

TelemetrySourceRow own(const std::string& name, const std::string& scope, const std::string& device = "") {
  TelemetrySourceRow source;
  source.name = name;
  source.scope = scope;
  source.device = device;
  return source;
}

TEST(ImportTelemetry, WhatIsBelowItsPartsIsImplausible) {
  const std::vector<TelemetrySourceRow> packages{own("rapl/package-0", "package"),
                                                 own("rapl/package-1", "package"), own("rapl/dram-0", "die"),
                                                 own("amd/package-0", "package")};
  const std::vector<TelemetrySourceRow> devices{own("rapl/package-0", "package"),
                                                own("nvml/0", "device", "GPU-0"), own("amdgpu/0", "device"),
                                                own("amdgpu/1", "device"), own("nvml/1", "device", "GPU-1")};
  for (const auto& parts : {packages, devices}) {
    for (const double watts : {290.0, 310.0}) {
      const bool is_below = watts < 300;  // two packages, or two devices: what is told twice is one
      for (const bool is_rack : {false, true}) {
        Results results = results_of_20_s();
        add_own_powers(results, parts);
        const ImportReport report =
            import_telemetry(is_rack ? one_sensor("rack1", SensorScope::rack, watts, kSecond)
                                     : one_sensor("rack1/node1", SensorScope::node, watts, kSecond),
                             results);
        EXPECT_EQ(report.compared, is_rack ? 1 : 2) << "of the second launch on the node no part told";
        EXPECT_EQ(report.implausible.size(), is_below ? static_cast<std::size_t>(report.compared) : 0)
            << watts;
        EXPECT_EQ(imported(results).at(0).implausible, is_below);
        if (is_below && !is_rack) {
          EXPECT_EQ(
              report.implausible[0],
              "memory/host/triad:f64,cold@rack1/node1 launch 0: Total_Power of rack1/node1 tells 290 W, its "
              "parts 300 W");
        }
      }
    }
  }
}

TEST(ImportTelemetry, SaysWhatItDidNotUse) {
  Results results = results_of_20_s();
  ImportedFile file = one_sensor("rack1/node1", SensorScope::node, 3000, kSecond);
  const ReadSensor seen = file.sensors[0];
  ReadSensor late = seen, strange = seen;
  late.target = "rack1/node2";
  for (auto& time : late.times_ns) time += 3600 * kSecond;
  strange.target = "rack7/node1";
  file.sensors = {seen, late, strange};
  file.skip_unknown = true;
  const ImportReport report = import_telemetry(file, results);
  EXPECT_EQ(report.powers, 3);
  EXPECT_EQ(report.readings, 200);
  EXPECT_EQ(report.unseen, std::vector<std::string>{"Total_Power of rack1/node2"});
  EXPECT_EQ(report.skipped, std::vector<std::string>{"Total_Power of rack7/node1"});
  results = results_of_20_s();
  file.sensors = {seen};
  for (double& value : file.sensors[0].values) value = std::nan("");
  file.sensors[0].unavailable = "it tells 0 W, which cannot be";
  EXPECT_EQ(error_of([&] { import_telemetry(file, results); }),
            "bmc.csv: all of its 100 readings are not there: it tells 0 W, which cannot be");
  file.sensors = {strange};
  EXPECT_EQ(error_of([&] { import_telemetry(file, results); }),
            "bmc.csv: the campaign has none of its targets");
}

TEST(ImportTelemetry, AttemptsWithoutALengthAreNoWindows) {
  Results results = results_of_20_s();
  results.attempts[0].begin_utc_ns = std::numeric_limits<std::int64_t>::min();
  results.attempts[0].end_utc_ns = std::numeric_limits<std::int64_t>::max();
  results.attempts[1].end_utc_ns = results.attempts[1].begin_utc_ns;
  EXPECT_EQ(import_telemetry(one_sensor("rack1/node1", SensorScope::node, 3000, kSecond), results).powers, 1);
  results = results_of_20_s();
  results.attempts[0].end_utc_ns = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(import_telemetry(one_sensor("rack1/node1", SensorScope::node, 3000, kSecond), results).covered,
            2);
}

TEST(ImportTelemetry, RefusesWhatBelongsToNoTarget) {
  const auto refusal = [](const std::string& target, SensorScope scope) -> std::string {
    Results results = results_of_20_s();
    results.targets[1].rack = "rack2";  // on which as a whole nothing was measured
    try {
      import_telemetry(one_sensor(target, scope, 300, kSecond), results);
    } catch (const ConfigurationError& error) {
      return to_string(error.diagnostics().at(0));
    }
    return "";
  };
  EXPECT_EQ(refusal("rack1/node9", SensorScope::node),
            "bmc.csv:2: the campaign has no target rack1/node9; did you mean rack1/node1?");
  EXPECT_EQ(refusal("rack1/node1/dev0", SensorScope::node),
            "bmc.csv:2: rack1/node1/dev0 is a device, and node no scope of one; write device, or the name of "
            "its node as target");
  EXPECT_EQ(refusal("rack1/node1", SensorScope::rack),
            "bmc.csv:2: rack1/node1 is a node, and rack no scope of one; write die, package, board or node, "
            "or the name of the device or rack as "
            "target");
  EXPECT_EQ(refusal("rack1", SensorScope::node),
            "bmc.csv:2: rack1 is a group of nodes, and node no scope of one; write rack");
  EXPECT_EQ(refusal("rack2", SensorScope::rack),
            "bmc.csv:2: no case was measured on rack2 as a whole, so its readings are of none; leave it out, "
            "or plan a case on racks");
}

TEST(ImportTelemetry, APowerOfAllOfATargetIsToldOnce) {
  Results results = results_of_20_s();
  ImportedFile file = one_sensor("rack1", SensorScope::rack, 30'000, kSecond);
  file.sensors.push_back(file.sensors[0]);
  file.sensors[0].source.name = "PDU A";
  file.sensors[1].source.name = "PDU B";
  file.sensors[1].line = 3;
  try {
    import_telemetry(file, results);
    ADD_FAILURE() << "each feed of two is half of its rack";
  } catch (const ConfigurationError& error) {
    EXPECT_EQ(
        to_string(error.diagnostics().at(0)),
        "bmc.csv:3: PDU A and PDU B both tell the power of all of rack1; leave one, or write their sum");
  }
}

/// The first problem of an import.
std::string problem_of(const ImportedFile& file, Results& results) {
  try {
    import_telemetry(file, results);
  } catch (const ConfigurationError& error) {
    return to_string(error.diagnostics().at(0));
  }
  return "";
}

TEST(ImportTelemetry, ASensorIsImportedOnce) {
  Results results = results_of_20_s();
  import_telemetry(one_sensor("rack1/node1", SensorScope::node, 3000, kSecond), results);
  ImportedFile again = one_sensor("rack1/node1", SensorScope::node, 3000, kSecond);
  again.name = "other.csv";
  EXPECT_EQ(
      problem_of(again, results),
      "other.csv:2: Total_Power of rack1/node1 is in the results already, imported from bmc.csv (SHA-256 " +
          std::string(64, 'd') + "); import one file with all of its readings");
  again.sensors[0].source.name = "PDU B";
  EXPECT_EQ(problem_of(again, results),
            "other.csv:2: the power of all of rack1/node1 is in the results already, Total_Power, imported "
            "from bmc.csv (SHA-256 " +
                std::string(64, 'd') + "); import into the results from before that");
  again.sensors[0].source.quantity = "temperature";
  EXPECT_EQ(problem_of(again, results), "");
  EXPECT_EQ(import_telemetry(one_sensor("rack1/node2", SensorScope::node, 3000, kSecond), results).powers, 2)
      << "the crash on its device, and its rack";
}

TEST(ImportTelemetry, ASensorThatIsBelowAtTimesIsBelievedAtNone) {
  for (const std::size_t fine : {8u, 12u}) {
    Results results = results_of_20_s();
    add_own_powers(results, {own("rapl/package-0", "package"), own("rapl/package-1", "package")});
    // The first attempt is told 200 W, the others on the node 3000 W.
    AttemptRow next = results.attempts[0];
    const TelemetrySummary parts = results.telemetry.summaries[0];
    results.attempts.resize(1);
    results.telemetry.summaries.clear();
    std::vector<std::pair<double, double>> readings;
    for (int i = 0; i <= 20; ++i) readings.emplace_back(i, 200);
    for (std::size_t k = 0; k <= fine; ++k) {
      if (k > 0) {
        next.begin_utc_ns = kBegin + static_cast<std::int64_t>(k) * 100 * kSecond;
        next.end_utc_ns = next.begin_utc_ns + 20 * kSecond;
        results.attempts.push_back(next);
        for (int i = 0; i <= 20; ++i) readings.emplace_back(100.0 * static_cast<double>(k) + i, 3000);
      }
      for (std::uint32_t source = 0; source < 2; ++source) {
        results.telemetry.summaries.push_back(parts);
        results.telemetry.summaries.back().attempt = static_cast<std::uint32_t>(k);
        results.telemetry.summaries.back().source = source;
      }
    }
    const ImportReport report = import_telemetry(sensor_of(readings), results);
    EXPECT_EQ(report.implausible.size(), 1u);
    const bool is_disbelieved = fine < 10;  // 1 of 9, 1 of 13
    EXPECT_EQ(report.disbelieved.size(), is_disbelieved ? 1u : 0u) << fine;
    EXPECT_TRUE(imported(results).at(0).implausible);
    EXPECT_EQ(imported(results).at(1).implausible, is_disbelieved) << fine;
  }
}

/// Readings of the sources of one target, or of those that are its node's.
std::vector<float> readings_of(const Results& results, const std::string& target) {
  std::vector<float> values;
  results.telemetry.series->for_each_page([&](TelemetryPage&& page) {
    for (const auto& one : page.readings) {
      const auto& segment = results.telemetry.segments[results.telemetry.sources[one.source].segment];
      if (results.targets[segment.node].name == target)
        values.insert(values.end(), one.values.begin(), one.values.end());
    }
  });
  return values;
}

TEST(ImportTelemetry, StandsInTheFileBesideTheSeriesThatWereThere) {
  const TemporaryFolder folder;
  Results results = results_of_20_s();
  ImportedFile file = one_sensor("rack1/node1", SensorScope::node, 3000, kSecond);
  file.sensors[0].values[7] = std::nan("");
  import_telemetry(file, results);
  write_results(results, folder / "first.h5");
  for (const char* name : {"second.h5", "again.h5"}) {
    Results first = read_results(folder / "first.h5");
    EXPECT_EQ(imported(first).size(), 3u);
    import_telemetry(one_sensor("rack1/node2", SensorScope::node, 2000, kSecond), first);
    write_results(first, folder / name);
  }
  const Results both = read_results(folder / "second.h5");
  EXPECT_EQ(both.attempts.size(), results.attempts.size());
  const auto values = readings_of(both, "rack1/node1");
  ASSERT_EQ(values.size(), 100u);
  EXPECT_TRUE(std::isnan(values[7]));
  EXPECT_EQ(values[8], 3000);
  EXPECT_EQ(readings_of(both, "rack1/node2"), std::vector<float>(100, 2000.F));
  std::ifstream a(folder / "second.h5", std::ios::binary), b(folder / "again.h5", std::ios::binary);
  EXPECT_TRUE(std::equal(std::istreambuf_iterator<char>(a), {}, std::istreambuf_iterator<char>(b), {}));
}

}  // namespace
}  // namespace rackproof
