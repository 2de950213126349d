#include "harness/results/sensor_places.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/closest.hpp"
#include "harness/results/telemetry_summary.hpp"

namespace rackproof {

namespace {

/// Of all of its target: two of these would be one power told twice, or two parts of one.
bool is_whole_power(std::string_view quantity, std::string_view scope) {
  return quantity == "power" && (scope == "node" || scope == "rack" || scope == "device");
}

}  // namespace

std::string name_of(const ReadSensor& sensor) {
  return fmt::format("{} of {}", printable(sensor.source.name), printable(sensor.target));
}

SensorPlaces::SensorPlaces(const Results& results) : results_(results), on_target_(results.targets.size()) {
  for (std::uint32_t i = 0; i < results.targets.size(); ++i) {
    const TargetRow& row = results.targets[i];
    if (row.placement == Placement::node) nodes_.emplace(row.name, i);
    if (row.placement == Placement::device && !row.members.empty()) devices_.emplace(row.name, i);
    if (row.placement == Placement::group) groups_.emplace(row.name, i);
    if (!row.rack.empty()) racks_.insert(row.rack);
  }
  for (std::uint32_t i = 0; i < results.attempts.size(); ++i) {
    const AttemptRow& attempt = results.attempts[i];
    if (attempt.begin_utc_ns < 0 || attempt.end_utc_ns <= attempt.begin_utc_ns) continue;
    std::set<std::uint32_t> on{attempt.target};
    on.insert(results.targets[attempt.target].members.begin(), results.targets[attempt.target].members.end());
    for (const std::uint32_t target : on) on_target_[target].push_back(i);
  }
}

PlacedSensors SensorPlaces::place(std::vector<ReadSensor> sensors, const std::string& file,
                                  bool skip_unknown) const {
  const Known known = imported();
  std::map<std::uint32_t, std::string> whole;  // target → the sensor that tells the power of all of it
  for (const auto& [place, source] : known) {
    if (is_whole_power(source->quantity, source->scope)) whole.emplace(place.first, printable(place.second));
  }
  PlacedSensors out;
  std::vector<Diagnostic> problems;
  for (auto& sensor : sensors) {
    if (problems.size() >= kMostReadingsProblems) break;
    Problem problem;
    const SensorPlace place = place_of(sensor, problem);
    if (problem.unknown && skip_unknown) {
      out.skipped.push_back(name_of(sensor));
      continue;
    }
    const auto before = known.find({place.target, sensor.source.name});
    if (problem.message.empty() && before != known.end())
      problem = {
          fmt::format("{} is in the results already, {}", name_of(sensor), printable(before->second->origin)),
          "import one file with all of its readings"};
    if (problem.message.empty() && is_whole_power(sensor.source.quantity, to_string(sensor.source.scope))) {
      const auto [first, is_new] = whole.try_emplace(place.target, printable(sensor.source.name));
      const auto stored = known.find({place.target, first->second});
      if (!is_new && stored != known.end())
        problem = {fmt::format("the power of all of {} is in the results already, {}, {}",
                               printable(sensor.target), first->second, printable(stored->second->origin)),
                   "import into the results from before that"};
      else if (!is_new)
        problem = {fmt::format("{} and {} both tell the power of all of {}", first->second,
                               printable(sensor.source.name), printable(sensor.target)),
                   "leave one, or write their sum"};
    }
    if (!problem.message.empty())
      problems.push_back({file, sensor.line, std::move(problem.message), std::move(problem.hint)});
    out.places.push_back(place);
    out.sensors.push_back(std::move(sensor));
  }
  if (!problems.empty()) throw ConfigurationError(std::move(problems));
  return out;
}

SensorPlaces::Known SensorPlaces::imported() const {
  Known known;
  for (const auto& source : results_.telemetry.sources) {
    if (!is_imported(source)) continue;
    known.emplace(std::pair(results_.telemetry.segments[source.segment].target,
                            source.name.substr(kImportedPrefix.size())),
                  &source);
  }
  return known;
}

SensorPlace SensorPlaces::place_of(const ReadSensor& sensor, Problem& problem) const {
  const SensorScope scope = sensor.source.scope;
  const std::string target = printable(sensor.target);
  if (const auto device = devices_.find(sensor.target); device != devices_.end()) {
    if (scope == SensorScope::device)
      return {device->second, results_.targets[device->second].members.front()};
    problem = {fmt::format("{} is a device, and {} no scope of one", target, to_string(scope)),
               "write device, or the name of its node as target"};
  } else if (const auto node = nodes_.find(sensor.target); node != nodes_.end()) {
    if (scope != SensorScope::device && scope != SensorScope::rack) return {node->second, node->second};
    problem = {fmt::format("{} is a node, and {} no scope of one", target, to_string(scope)),
               "write die, package, board or node, or the name of the device or rack as target"};
  } else if (const auto group = groups_.find(sensor.target); group != groups_.end()) {
    if (scope == SensorScope::rack) return {group->second, group->second};
    problem = {fmt::format("{} is a group of nodes, and {} no scope of one", target, to_string(scope)),
               "write rack"};
  } else if (racks_.contains(sensor.target)) {
    problem = {fmt::format("no case was measured on {} as a whole, so its readings are of none", target),
               "leave it out, or plan a case on racks", true};
  } else {
    problem = unknown(sensor.target);
  }
  return {};
}

SensorPlaces::Problem SensorPlaces::unknown(const std::string& name) const {
  std::vector<std::string> names(racks_.begin(), racks_.end());
  for (const auto* known : {&nodes_, &devices_, &groups_}) {
    for (const auto& [one, row] : *known) names.push_back(one);
  }
  const auto nearest = closest(name, names);
  return {fmt::format("the campaign has no target {}", printable(name)),
          nearest ? fmt::format("did you mean {}?", printable(*nearest)) : "write names as in the site file",
          true};
}

std::vector<std::uint32_t> SensorPlaces::attempts_seen(const SensorPlace& place) const {
  std::vector<std::uint32_t> seen = on_target_.at(place.target);
  if (place.target == place.node) return seen;
  for (const std::uint32_t attempt : on_target_.at(place.node)) {
    if (results_.targets[results_.attempts[attempt].target].placement != Placement::device)
      seen.push_back(attempt);
  }
  std::ranges::sort(seen);
  return seen;
}

}  // namespace rackproof
