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

/// The sensors of a file that were taken, each with its place.
struct PlacedSensors {
  std::vector<ReadSensor> sensors;
  std::vector<SensorPlace> places;
  std::vector<std::string>
      skipped;  ///< "sensor of target": of targets on which the campaign measured nothing
};

/// "sensor of target", for people.
std::string name_of(const ReadSensor& sensor);

class SensorPlaces {
 public:
  explicit SensorPlaces(const Results& results);

  /// Where sensors belong: one of scope device to the device that it names; die, package, board and node to a node; rack to a group of nodes as a
  /// whole (a rack, a PDU, the site). Throws ConfigurationError, with `file`: a scope that is not one of its target, a target that the campaign does not have
  /// or, of racks, measured no case on (`skip_unknown`: these are skipped), two powers of all of one target, a sensor that was imported before.
  PlacedSensors place(std::vector<ReadSensor> sensors, const std::string& file, bool skip_unknown) const;

  /// Attempts that a sensor saw, in the order of their rows, those without a length left out. A node's sensor sees what runs on the node; a device's what runs on
  /// it, or on all of its node; a group's what runs on the group.
  std::vector<std::uint32_t> attempts_seen(const SensorPlace& place) const;

 private:
  /// What is wrong with a place; `unknown`: the campaign does not have it, which may be right of a file of all the hall.
  struct Problem {
    std::string message, hint;
    bool unknown = false;
  };
  using Known = std::map<std::pair<std::uint32_t, std::string>, const TelemetrySourceRow*>;  // target, name

  SensorPlace place_of(const ReadSensor& sensor, Problem& problem) const;
  Problem unknown(const std::string& name) const;
  Known imported() const;

  const Results& results_;
  std::map<std::string, std::uint32_t> nodes_, devices_, groups_;
  std::set<std::string> racks_;  // names
  std::vector<std::vector<std::uint32_t>>
      on_target_;  // attempts, by target; of a node those of its pairs, groups and devices, too
};

}  // namespace rackproof
