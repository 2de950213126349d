// Readings of BMCs and PDUs, put beside what a campaign measured.
#include "harness/results/import_telemetry.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "harness/results/results_file.hpp"
#include "tests/harness/results/imported_readings.hpp"

namespace rackproof {

namespace {

using test::imported;
using test::kBegin;
using test::kSecond;
using test::one_sensor;
using test::results_of_20_s;
using test::sensor_of;

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
