// Readings that others made of the targets of a campaign, put beside its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/results/readings_csv.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

struct ImportedFile {
  std::string name;  ///< for messages and for the origin of each source
  std::string sha256;
  std::int64_t clock_offset_ns = 0;  ///< added to its times: its clock is behind by so much
  std::vector<ReadSensor> sensors;
};

struct ImportedCounts {
  std::int64_t readings = 0, missing = 0;
  std::int64_t summaries = 0;  ///< of a sensor within an attempt
  std::int64_t covered = 0;    ///< of these, with readings for nine tenths of the window
  /// Attempts in which a whole node drew less than its packages and devices told of themselves: a clock that is off, the BMC of another
  /// node, or a sensor that lies. At most ten, "case@target launch 0: 310 W, its parts 402 W".
  std::vector<std::string> implausible;
  std::int64_t implausible_count = 0;
};

/// A segment and a source per sensor, named imported/<sensor>, and a summary where a reading lies within an attempt of
/// its target by the node's clock: of a node's sensor the attempts that ran on it, of a device's those on it or on all of its node, of a rack's
/// those on the whole rack. Ten readings in a window at least make a whole coverage, however long the period: one reading is no mean. The period is the median distance of
/// readings. Level of the EE HPC WG's methodology: 1 for a whole node or rack read at least once a second (which level 1 demands), otherwise 0.
///
/// Throws ConfigurationError: a target that the campaign does not have, a scope that is not one of its target, a rack on which as a whole nothing
/// was measured. Throws Error when a sensor of a target was imported before, and when no reading lies within any attempt, with both spans of time.
ImportedCounts import_telemetry(ImportedFile file, Results& results);

}  // namespace rackproof
