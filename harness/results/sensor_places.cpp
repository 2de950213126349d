#include "harness/results/sensor_places.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/closest.hpp"

namespace rackproof {

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

SensorPlace SensorPlaces::of(const ReadSensor& sensor, PlaceProblem& problem) const {
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

PlaceProblem SensorPlaces::unknown(const std::string& name) const {
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
