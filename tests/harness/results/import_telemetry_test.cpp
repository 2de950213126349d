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
    return read_readings_csv(file());
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
           "1795000003,n,p,node,-5,W\n1795000004,n,p,node,1e9,W\n1795000005,n,p,node,nan,W\n"
           "1795000006,n,p,node,300,W\n1795000007,n,t,board,0,C\n1795000008,n,p,node,inf,W\n");
  ASSERT_EQ(sensors.size(), 2u);
  const auto& power = sensors[0];
  ASSERT_EQ(power.values.size(), 8u);
  for (std::size_t i = 0; i < power.values.size(); ++i) EXPECT_EQ(std::isnan(power.values[i]), i != 6) << i;
  EXPECT_EQ(power.unavailable, "it tells inf W, which cannot be");
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
  EXPECT_TRUE(wrong("1795000000,n,p,node,1,W\n1795000000,n,p,node,2,W")
                  .starts_with("2: p of n has 1 and 2 W at one time"));
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
  return {"bmc.csv", std::string(64, 'd'), 0, {sensor}};
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
  const ImportedCounts counts =
      import_telemetry(one_sensor("rack1/node1", SensorScope::node, 3000, kSecond), results);
  EXPECT_EQ(counts.readings, 100);
  EXPECT_EQ(counts.summaries, 3) << "two launches on the node, one on its rack";
  EXPECT_EQ(counts.covered, 3);
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
  const ImportedCounts counts =
      import_telemetry(one_sensor("rack1/node1", SensorScope::node, 3000, 5 * kSecond), results);
  EXPECT_EQ(counts.summaries, 3);
  EXPECT_EQ(counts.covered, 0) << "five readings";
  const auto rows = imported(results);
  EXPECT_DOUBLE_EQ(rows.at(0).coverage, 0.5);
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
  EXPECT_PRED_FORMAT2(testing::IsSubstring,
                      "no reading lies within a case on its target: they are from 2026-11-18T",
                      error_of([&] { import_telemetry(off, results); }));
  EXPECT_TRUE(imported(results).empty()) << "nothing of it is left";
  file.clock_offset_ns = 3600 * kSecond;
  EXPECT_EQ(import_telemetry(file, results).covered, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, ", +3600 s)", results.telemetry.sources.back().origin);
}

TEST(ImportTelemetry, ANodeBelowItsPartsIsImplausible) {
  for (const double watts : {290.0, 310.0}) {
    Results results = results_of_20_s();
    results.telemetry = {};
    results.telemetry.segments.push_back({});
    for (const char* scope : {"package", "package", "die"}) {
      TelemetrySourceRow source;
      source.name = scope;
      source.quantity = "power";
      source.scope = scope;
      TelemetrySummary summary{0,  static_cast<std::uint32_t>(results.telemetry.sources.size()), 10, 150, 150,
                               150};
      summary.coverage = 1;
      results.telemetry.sources.push_back(source);
      results.telemetry.summaries.push_back(summary);
    }
    const ImportedCounts counts =
        import_telemetry(one_sensor("rack1/node1", SensorScope::node, watts, kSecond), results);
    const bool is_below = watts < 300;  // two packages; a die is in its package
    EXPECT_EQ(counts.implausible_count, is_below ? 1 : 0) << watts;
    EXPECT_EQ(imported(results).at(0).implausible, is_below);
    EXPECT_FALSE(imported(results).at(1).implausible) << "of that attempt no part told";
    if (is_below) {
      EXPECT_EQ(counts.implausible.at(0),
                "memory/host/triad:f64,cold@rack1/node1 launch 0: 290 W, its parts 300 W");
    }
  }
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
            "bmc.csv:2: rack1 is a rack, and node no scope of one; write rack");
  EXPECT_EQ(refusal("rack2", SensorScope::rack),
            "bmc.csv:2: nothing was measured on rack2 as a whole, so its readings are of no case; leave it "
            "out, or plan a case on racks");
}

TEST(ImportTelemetry, ASensorIsImportedOnce) {
  Results results = results_of_20_s();
  import_telemetry(one_sensor("rack1/node1", SensorScope::node, 3000, kSecond), results);
  ImportedFile again = one_sensor("rack1/node1", SensorScope::node, 3000, kSecond);
  again.name = "other.csv";
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "other.csv: Total_Power of rack1/node1 is in the results already",
                      error_of([&] { import_telemetry(again, results); }));
  EXPECT_EQ(import_telemetry(one_sensor("rack1/node2", SensorScope::node, 3000, kSecond), results).summaries,
            2)
      << "the crash on its device, and its rack";
}

TEST(ImportTelemetry, StandsInTheFileWithItsSeries) {
  const TemporaryFolder folder;
  Results results = results_of_20_s();
  ImportedFile file = one_sensor("rack1/node1", SensorScope::node, 3000, kSecond);
  file.sensors[0].values[7] = std::nan("");
  import_telemetry(file, results);
  write_results(results, folder / "r.h5");
  write_results(results, folder / "again.h5");
  const Results read = read_results(folder / "r.h5");
  EXPECT_EQ(imported(read).size(), 3u);
  EXPECT_EQ(read.attempts.size(), results.attempts.size());
  std::vector<float> values;
  read.telemetry.series->for_each_page([&](TelemetryPage&& page) {
    for (const auto& one : page.readings) {
      if (read.telemetry.sources[one.source].name == "imported/Total_Power")
        values.insert(values.end(), one.values.begin(), one.values.end());
    }
  });
  ASSERT_EQ(values.size(), 100u);
  EXPECT_TRUE(std::isnan(values[7]));
  EXPECT_EQ(values[8], 3000);
  std::ifstream a(folder / "r.h5", std::ios::binary), b(folder / "again.h5", std::ios::binary);
  EXPECT_TRUE(std::equal(std::istreambuf_iterator<char>(a), {}, std::istreambuf_iterator<char>(b), {}));
}

}  // namespace
}  // namespace rackproof
