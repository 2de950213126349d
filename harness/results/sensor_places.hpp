// Which targets of a campaign readings of others are of, and which of its attempts they saw.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/results/readings_csv.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

/// Rows of targets. `node`: the node that the sensor is in; of a sensor of a whole group, the group.
struct SensorPlace {
  std::uint32_t target = 0;
  std::uint32_t node = 0;
  friend bool operator==(const SensorPlace&, const SensorPlace&) = default;
};

/// What is wrong with a place: what, and what to write instead; `unknown`: the campaign does not have it, which may be right of a file of all the hall.
struct PlaceProblem {
  std::string message, hint;
  bool unknown = false;
};

class SensorPlaces {
 public:
  explicit SensorPlaces(const Results& results);

  /// Where a sensor belongs: one of scope device to the device that it names, die, package, board and node to a node, rack to a group of nodes as a
  /// whole (a rack, a PDU, the site). `problem` is set when it belongs nowhere.
  SensorPlace of(const ReadSensor& sensor, PlaceProblem& problem) const;

  /// Attempts that a sensor saw, in the order of their rows, those without a length left out. A node's sensor sees what runs on the node; a device's what runs on
  /// it, or on all of its node; a group's what runs on the group.
  std::vector<std::uint32_t> attempts_seen(const SensorPlace& place) const;

 private:
  PlaceProblem unknown(const std::string& name) const;

  const Results& results_;
  std::map<std::string, std::uint32_t> nodes_, devices_, groups_;
  std::set<std::string> racks_;  // names
  std::vector<std::vector<std::uint32_t>>
      on_target_;  // attempts, by target; of a node those of its pairs, groups and devices, too
};

}  // namespace rackproof
