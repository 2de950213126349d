#include "harness/results/import_telemetry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "harness/base/closest.hpp"
#include "harness/base/error.hpp"
#include "harness/results/telemetry_file.hpp"
#include "harness/results/telemetry_summary.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kMostProblems = 20;
constexpr double kLeastReadings = 10;  // of a whole window

/// Where the readings of a sensor belong.
struct Place {
  std::uint32_t target = 0;  ///< that it names
  std::uint32_t node = 0;    ///< that it is of; a rack: itself
};

/// The rows that a file of readings may name.
class Places {
 public:
  explicit Places(const Results& results) : results_(results) {
    for (std::uint32_t i = 0; i < results.targets.size(); ++i) {
      const TargetRow& row = results.targets[i];
      if (row.placement == Placement::node) nodes_.emplace(row.name, i);
      if (row.placement == Placement::device) devices_.emplace(row.name, i);
      if (row.scope == "group:rack") racks_.emplace(row.name, i);
      if (!row.rack.empty()) names_of_racks_.insert(row.rack);
    }
  }

  /// Of each sensor. Throws ConfigurationError.
  std::vector<Place> of(const ImportedFile& file) const {
    std::vector<Place> places;
    std::vector<Diagnostic> problems;
    for (const auto& sensor : file.sensors) {
      const auto problem = [&](std::string message, std::string hint) {
        problems.push_back({file.name, sensor.line, std::move(message), std::move(hint)});
      };
      if (const auto place = place_of(sensor, problem)) places.push_back(*place);
      if (problems.size() >= kMostProblems) break;
    }
    if (!problems.empty()) throw ConfigurationError(std::move(problems));
    return places;
  }

 private:
  template <class Problem>
  std::optional<Place> place_of(const ReadSensor& sensor, const Problem& problem) const {
    const SensorScope scope = sensor.source.scope;
    const std::string target = printable(sensor.target);
    const auto device = devices_.find(sensor.target), node = nodes_.find(sensor.target),
               rack = racks_.find(sensor.target);
    if (device != devices_.end()) {
      if (scope == SensorScope::device)
        return Place{device->second, results_.targets[device->second].members.at(0)};
      problem(fmt::format("{} is a device, and {} no scope of one", target, to_string(scope)),
              "write device, or the name of its node as target");
    } else if (node != nodes_.end()) {
      if (scope != SensorScope::device && scope != SensorScope::rack)
        return Place{node->second, node->second};
      problem(fmt::format("{} is a node, and {} no scope of one", target, to_string(scope)),
              "write die, package, board or node, or the name of the device or rack as target");
    } else if (names_of_racks_.contains(sensor.target) && scope != SensorScope::rack) {
      problem(fmt::format("{} is a rack, and {} no scope of one", target, to_string(scope)), "write rack");
    } else if (rack != racks_.end()) {
      return Place{rack->second, rack->second};
    } else if (names_of_racks_.contains(sensor.target)) {
      problem(fmt::format("nothing was measured on {} as a whole, so its readings are of no case", target),
              "leave it out, or plan a case on racks");
    } else {
      unknown(sensor.target, problem);
    }
    return std::nullopt;
  }

  template <class Problem>
  void unknown(const std::string& name, const Problem& problem) const {
    std::vector<std::string> names(names_of_racks_.begin(), names_of_racks_.end());
    for (const auto* known : {&nodes_, &devices_}) {
      for (const auto& [one, row] : *known) names.push_back(one);
    }
    const auto nearest = closest(name, names);
    problem(
        fmt::format("the campaign has no target {}", printable(name)),
        nearest ? fmt::format("did you mean {}?", printable(*nearest)) : "write names as in the site file");
  }

  const Results& results_;
  std::map<std::string, std::uint32_t> nodes_, devices_, racks_;
  std::set<std::string> names_of_racks_;
};

/// The attempts that a sensor saw.
class Windows {
 public:
  explicit Windows(const Results& results) : results_(results), of_(results.targets.size()) {
    for (std::uint32_t i = 0; i < results.attempts.size(); ++i) {
      const std::uint32_t target = results.attempts[i].target;
      std::set<std::uint32_t> seen_by{target};
      for (const std::uint32_t member : results.targets[target].members) seen_by.insert(member);
      for (const std::uint32_t one : seen_by) of_[one].push_back(i);
    }
  }

  template <class Visit>
  void for_each(const Place& place, const Visit& visit) const {
    for (const std::uint32_t attempt : of_[place.target]) visit(attempt);
    if (place.target == place.node) return;
    // A device is busy in what runs on all of its node, not in what runs on another device.
    for (const std::uint32_t attempt : of_[place.node]) {
      if (results_.targets[results_.attempts[attempt].target].placement != Placement::device) visit(attempt);
    }
  }

 private:
  const Results& results_;
  std::vector<std::vector<std::uint32_t>> of_;  // by target
};

std::string imported_name(const ReadSensor& sensor) { return "imported/" + sensor.source.name; }

/// Distance of readings; 0 for fewer than two.
double period_s(const std::vector<std::int64_t>& times_ns) {
  if (times_ns.size() < 2) return 0;
  std::vector<std::int64_t> gaps(times_ns.size());
  std::adjacent_difference(times_ns.begin(), times_ns.end(), gaps.begin());
  gaps.erase(gaps.begin());
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::ranges::nth_element(gaps, middle);
  return static_cast<double>(*middle) * 1e-9;
}

/// Level 1 demands a reading a second; clocks of BMCs are late by a little at times.
int level_of(const SensorSource& source, double period) {
  constexpr double kSecond = 1.05;
  return ee_hpc_level(source) > 0 && period > 0 && period <= kSecond ? 1 : 0;
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
        origin_(
            fmt::format("imported from {} (SHA-256 {}{})", file_.name, file_.sha256,
                        file_.clock_offset_ns == 0
                            ? ""
                            : fmt::format(", {:+g} s", static_cast<double>(file_.clock_offset_ns) * 1e-9))) {
    for (const auto& fact : results.facts) {
      if (fact.key == "device/uuid") uuids_.emplace(fact.target, fact.found);
    }
  }

  ImportedCounts run(TelemetryTables& tables) {
    const std::vector<Place> places = Places(results_).of(file_);
    refuse_known(places);
    const Windows windows(results_);
    for (std::size_t i = 0; i < places.size(); ++i) add(file_.sensors[i], places[i], windows, tables);
    if (tables.summaries.empty()) refuse_without_windows();
    judge_nodes(tables);
    tables.series = std::make_shared<ImportedSeries>(std::move(file_.sensors));
    return std::move(counts_);
  }

 private:
  /// The same sensor twice would be summed up as two.
  void refuse_known(const std::vector<Place>& places) const {
    std::map<std::pair<std::uint32_t, std::string>, const TelemetrySourceRow*> known;  // target, name
    for (const auto& source : results_.telemetry.sources) {
      const TelemetrySegment& segment = results_.telemetry.segments[source.segment];
      if (segment.step.empty()) known.emplace(std::pair(segment.target, source.name), &source);
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
      const ReadSensor& sensor = file_.sensors[i];
      const auto at = known.find({places[i].target, imported_name(sensor)});
      if (at == known.end()) continue;
      throw Error(fmt::format(
          "{}: {} of {} is in the results already, {}; import one file with all of its readings", file_.name,
          printable(sensor.source.name), printable(sensor.target), printable(at->second->origin)));
    }
  }

  void add(ReadSensor& sensor, const Place& place, const Windows& windows, TelemetryTables& tables) {
    for (auto& time : sensor.times_ns) time += file_.clock_offset_ns;
    const auto row = static_cast<std::uint32_t>(tables.sources.size());
    TelemetrySegment segment;
    segment.node = place.node;
    segment.target = place.target;
    segment.begin_utc_ns = sensor.times_ns.front();
    segment.period_s = period_s(sensor.times_ns);
    segment.wall_s = static_cast<double>(sensor.times_ns.back() - sensor.times_ns.front()) * 1e-9;
    TelemetrySourceRow source;
    source.segment = row;
    source.name = imported_name(sensor);
    source.quantity = sensor.source.quantity;
    source.unit = sensor.source.unit;
    source.scope = to_string(sensor.source.scope);
    source.level = level_of(sensor.source, segment.period_s);
    source.origin = origin_;
    if (place.target != place.node) source.device = uuids_[place.target];
    source.missing = std::ranges::count_if(sensor.values, [](double v) { return std::isnan(v); });
    source.readings = static_cast<std::int64_t>(sensor.values.size()) - source.missing;
    source.unavailable = sensor.unavailable;
    counts_.readings += source.readings;
    counts_.missing += source.missing;
    windows.for_each(place,
                     [&](std::uint32_t attempt) { sum_up(sensor, segment, source, attempt, row, tables); });
    tables.segments.push_back(std::move(segment));
    tables.sources.push_back(std::move(source));
  }

  void sum_up(const ReadSensor& sensor, const TelemetrySegment& segment, const TelemetrySourceRow& source,
              std::uint32_t attempt, std::uint32_t row, TelemetryTables& tables) {
    const AttemptRow& of = results_.attempts[attempt];
    const auto first = std::ranges::lower_bound(sensor.times_ns, of.begin_utc_ns);
    const auto last = std::ranges::upper_bound(sensor.times_ns, of.end_utc_ns);
    if (first >= last) return;
    ReadingSum sum;
    for (auto at = first; at < last; ++at)
      sum.add(sensor.values[static_cast<std::size_t>(at - sensor.times_ns.begin())]);
    if (sum.n == 0) return;
    const double expected =
        segment.period_s > 0 ? std::max(kLeastReadings, window_s(of) / segment.period_s) : kLeastReadings;
    tables.summaries.push_back(summary_of(attempt, row, sum, expected, of, source));
    ++counts_.summaries;
    counts_.covered += tables.summaries.back().coverage >= kWholeWindow ? 1 : 0;
  }

  /// A node draws at least what its packages and devices draw: both are in it, and neither in the other.
  void judge_nodes(TelemetryTables& tables) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> parts;  // attempt, node → W
    const TelemetryTables& own = results_.telemetry;
    for (const auto& summary : own.summaries) {
      const TelemetrySourceRow& source = own.sources[summary.source];
      if (source.quantity != "power" || !(summary.coverage >= kWholeWindow) || summary.implausible) continue;
      if (source.scope == "package" || source.scope == "device")
        parts[{summary.attempt, own.segments[source.segment].node}] += summary.mean;
    }
    for (auto& summary : tables.summaries) {
      const TelemetrySourceRow& source = tables.sources[summary.source];
      if (source.quantity != "power" || source.scope != "node" || !(summary.coverage >= kWholeWindow))
        continue;
      const auto at = parts.find({summary.attempt, tables.segments[source.segment].node});
      if (at == parts.end() || summary.mean >= at->second) continue;
      summary.implausible = true;
      tell_implausible(summary, at->second);
    }
  }

  void tell_implausible(const TelemetrySummary& summary, double parts) {
    constexpr std::int64_t kMostTold = 10;
    if (++counts_.implausible_count > kMostTold) return;
    const AttemptRow& of = results_.attempts[summary.attempt];
    counts_.implausible.push_back(fmt::format("{}@{} launch {}: {:.4g} W, its parts {:.4g} W", of.case_id,
                                              results_.targets[of.target].name, of.launch, summary.mean,
                                              parts));
  }

  [[noreturn]] void refuse_without_windows() const {
    std::int64_t from = std::numeric_limits<std::int64_t>::max(), to = 0;
    for (const auto& sensor : file_.sensors) {
      from = std::min(from, sensor.times_ns.front());
      to = std::max(to, sensor.times_ns.back());
    }
    throw Error(
        fmt::format("{}: no reading lies within a case on its target: they are from {} to {}, the campaign "
                    "ran from {} to {}; "
                    "are the zone and the clock of the file right?",
                    file_.name, iso8601_utc(from), iso8601_utc(to), results_.provenance.started_utc,
                    results_.provenance.finished_utc));
  }

  ImportedFile file_;
  const Results& results_;
  std::string origin_;
  std::map<std::uint32_t, std::string> uuids_;  // of devices
  ImportedCounts counts_;
};

}  // namespace

ImportedCounts import_telemetry(ImportedFile file, Results& results) {
  TelemetryTables tables;
  ImportedCounts counts = Import(std::move(file), results).run(tables);
  std::vector<std::uint32_t> targets(results.targets.size());
  std::iota(targets.begin(), targets.end(), 0u);
  merge_telemetry(std::move(tables), targets, 0, results.telemetry);
  std::ranges::sort(results.telemetry.summaries, {},
                    [](const TelemetrySummary& s) { return std::pair(s.attempt, s.source); });
  return counts;
}

}  // namespace rackproof
