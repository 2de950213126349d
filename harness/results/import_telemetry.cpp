#include "harness/results/import_telemetry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/results/power_of_parts.hpp"
#include "harness/results/reading_window.hpp"
#include "harness/results/sensor_places.hpp"
#include "harness/results/telemetry_file.hpp"
#include "harness/results/telemetry_summary.hpp"

namespace rackproof {

namespace {

/// Level 1 demands a reading a second; clocks of BMCs are late by a little at times.
int level_of(const SensorSource& source, const std::vector<double>& distances) {
  constexpr double kSecond = 1.05, kShare = 0.99;
  if (ee_hpc_level(source) == 0 || distances.empty()) return 0;
  const auto within = std::ranges::upper_bound(distances, kSecond) - distances.begin();
  return static_cast<double>(within) >= kShare * static_cast<double>(distances.size()) ? 1 : 0;
}

/// "+36001.25": all of it.
std::string exact_seconds(std::int64_t ns) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  std::string text =
      fmt::format("{}{}.{:09}", ns < 0 ? "-" : "+", std::abs(ns) / kSecond, std::abs(ns) % kSecond);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

/// The series, in memory.
class ImportedSeries final : public TelemetrySeries {
 public:
  explicit ImportedSeries(std::vector<ReadSensor> sensors) : sensors_(std::move(sensors)) {}

  void for_each_page(const Visit& visit) const override {
    constexpr std::size_t kBlock = 4096;
    TelemetryPage page;
    for (std::uint32_t i = 0; i < sensors_.size(); ++i) {
      const ReadSensor& sensor = sensors_[i];
      const std::int64_t begin = sensor.times_ns.front();
      for (std::size_t from = 0; from < sensor.times_ns.size(); from += kBlock) {
        const std::size_t to = std::min(from + kBlock, sensor.times_ns.size());
        const auto block = static_cast<std::uint32_t>(page.blocks.size());
        TelemetryBlock& times = page.blocks.emplace_back(TelemetryBlock{i, {}});
        TelemetryReadings& readings = page.readings.emplace_back(TelemetryReadings{block, i, {}});
        for (std::size_t k = from; k < to; ++k) {
          times.times_ns.push_back(sensor.times_ns[k] - begin);
          readings.values.push_back(static_cast<float>(sensor.values[k]));
        }
        page.count += static_cast<std::int64_t>(to - from);
        if (page.count >= kTelemetryPageValues) visit(std::exchange(page, {}));
      }
    }
    if (!page.blocks.empty()) visit(std::move(page));
  }

 private:
  std::vector<ReadSensor> sensors_;
};

class Import {
 public:
  Import(ImportedFile&& file, const Results& results)
      : file_(std::move(file)),
        results_(results),
        places_(results),
        origin_(fmt::format(
            "imported from {} (SHA-256 {}{})", file_.name, file_.sha256,
            file_.clock_offset_ns == 0 ? "" : fmt::format(", {} s", exact_seconds(file_.clock_offset_ns)))) {
    for (const auto& fact : results.facts) {
      if (fact.key == "device/uuid") uuids_.emplace(fact.target, fact.found);
    }
  }

  ImportReport run(TelemetryTables& tables) {
    PlacedSensors placed = places_.place(std::move(file_.sensors), file_.name, file_.skip_unknown);
    if (placed.places.empty())
      throw Error(fmt::format("{}: the campaign has none of its targets", file_.name));
    file_.sensors = std::move(placed.sensors);
    report_.skipped = std::move(placed.skipped);
    for (std::size_t i = 0; i < placed.places.size(); ++i) add(file_.sensors[i], placed.places[i], tables);
    if (tables.summaries.empty()) refuse_without_windows();
    hold_against_parts(tables);
    tables.series = std::make_shared<ImportedSeries>(std::move(file_.sensors));
    return std::move(report_);
  }

 private:
  void add(ReadSensor& sensor, const SensorPlace& place, TelemetryTables& tables) {
    for (auto& time : sensor.times_ns) time += file_.clock_offset_ns;
    const auto row = static_cast<std::uint32_t>(tables.sources.size());
    const std::vector<double> distances = distances_s(sensor, 0, sensor.times_ns.size());
    TelemetrySegment segment;
    segment.node = place.node;
    segment.target = place.target;
    segment.begin_utc_ns = sensor.times_ns.front();
    segment.period_s = period_s(distances);
    TelemetrySourceRow source;
    source.segment = row;
    source.name = std::string(kImportedPrefix) + sensor.source.name;
    source.quantity = sensor.source.quantity;
    source.unit = sensor.source.unit;
    source.scope = to_string(sensor.source.scope);
    source.level = level_of(sensor.source, distances);
    source.origin = origin_;
    if (sensor.source.scope == SensorScope::device) source.device = uuids_[place.target];
    source.missing = std::ranges::count_if(sensor.values, [](double v) { return std::isnan(v); });
    source.readings = static_cast<std::int64_t>(sensor.values.size()) - source.missing;
    source.unavailable = sensor.unavailable;
    report_.readings += source.readings;
    report_.missing += source.missing;
    const std::size_t before = tables.summaries.size();
    for (const std::uint32_t attempt : places_.attempts_seen(place)) {
      const AttemptRow& of = results_.attempts[attempt];
      const ReadingWindow seen = window_of(sensor, of);
      if (seen.sum.n == 0) continue;
      // One reading has no period, and stands for nothing but itself.
      const double expected = seen.coverage > 0 ? static_cast<double>(seen.sum.n) / seen.coverage
                                                : std::numeric_limits<double>::infinity();
      tables.summaries.push_back(summary_of(attempt, row, seen.sum, expected, of, source));
      const bool is_power = source.quantity == "power";
      ++(is_power ? report_.powers : report_.temperatures);
      report_.covered += is_power && tables.summaries.back().coverage >= kWholeWindow ? 1 : 0;
    }
    if (tables.summaries.size() == before) report_.unseen.push_back(name_of(sensor));
    tables.segments.push_back(std::move(segment));
    tables.sources.push_back(std::move(source));
  }

  /// Of a sensor that is below in more than a tenth of what can be compared, nothing is believed.
  void hold_against_parts(TelemetryTables& tables) {
    struct Held {
      std::size_t below = 0, compared = 0;
      bool is_disbelieved() const { return below * 10 > compared; }
    };
    const PowerOfParts parts(results_);
    std::vector<Held> held(tables.sources.size());
    for (auto& summary : tables.summaries) {
      const TelemetrySourceRow& source = tables.sources[summary.source];
      const std::uint32_t node = tables.segments[source.segment].node;
      if (source.quantity != "power" || !(summary.coverage >= kWholeWindow)) continue;
      std::optional<double> least;
      if (source.scope == "node") least = parts.of(summary.attempt, node);
      if (source.scope == "rack") least = parts.of_all(summary.attempt, results_.targets[node].members);
      if (!least) continue;
      ++report_.compared;
      ++held[summary.source].compared;
      if (summary.mean >= *least) continue;
      ++held[summary.source].below;
      summary.implausible = true;
      const AttemptRow& of = results_.attempts[summary.attempt];
      report_.implausible.push_back(
          fmt::format("{}@{} launch {}: {} tells {:.4g} W, its parts {:.4g} W", printable(of.case_id),
                      printable(results_.targets[of.target].name), of.launch,
                      name_of(file_.sensors[summary.source]), summary.mean, *least));
    }
    for (std::size_t i = 0; i < held.size(); ++i) {
      if (held[i].is_disbelieved()) report_.disbelieved.push_back(name_of(file_.sensors[i]));
    }
    for (auto& summary : tables.summaries)
      summary.implausible = summary.implausible || held[summary.source].is_disbelieved();
  }

  [[noreturn]] void refuse_without_windows() const {
    constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
    std::int64_t from = kLast, to = 0, began = kLast, ended = 0;
    for (const auto& sensor : file_.sensors) {
      from = std::min(from, sensor.times_ns.front());
      to = std::max(to, sensor.times_ns.back());
    }
    for (const auto& attempt : results_.attempts) {
      if (attempt.begin_utc_ns < 0 || attempt.end_utc_ns <= attempt.begin_utc_ns) continue;
      began = std::min(began, attempt.begin_utc_ns);
      ended = std::max(ended, attempt.end_utc_ns);
    }
    if (ended == 0) throw Error("nothing was measured that readings could be of");
    if (report_.readings == 0)
      throw Error(fmt::format("{}: all of its {} readings are not there: {}", file_.name, report_.missing,
                              file_.sensors.front().unavailable));
    throw Error(
        fmt::format("{}: no reading lies within a case on its target: they are from {} to {}, cases from {} "
                    "to {}; are the zone and "
                    "the clock of the file right?",
                    file_.name, iso8601_utc(from), iso8601_utc(to), iso8601_utc(began), iso8601_utc(ended)));
  }

  ImportedFile file_;
  const Results& results_;
  SensorPlaces places_;
  std::string origin_;
  std::map<std::uint32_t, std::string> uuids_;  // of devices
  ImportReport report_;
};

}  // namespace

ImportReport import_telemetry(ImportedFile file, Results& results) {
  TelemetryTables tables;
  ImportReport report = Import(std::move(file), results).run(tables);
  std::vector<std::uint32_t> targets(results.targets.size());
  std::iota(targets.begin(), targets.end(), 0u);
  merge_telemetry(std::move(tables), targets, 0, results.telemetry);
  std::ranges::sort(results.telemetry.summaries, {},
                    [](const TelemetrySummary& s) { return std::pair(s.attempt, s.source); });
  return report;
}

}  // namespace rackproof
