// Readings that others made of the targets of a campaign, put beside its own.
#pragma once

#include <string>
#include <vector>

#include "harness/results/readings_csv.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

struct ImportedFile {
  std::string name;  ///< for messages and for the origin of each source
  std::string sha256;
  std::int64_t clock_offset_ns = 0;  ///< added to its times: its clock is behind by so much
  bool skip_unknown = false;         ///< what the campaign does not have is left out; otherwise refused
  std::vector<ReadSensor> sensors;
};

/// What came of it; names are "sensor of target".
struct ImportReport {
  std::int64_t readings = 0, missing = 0;  ///< of the sensors that were taken
  std::int64_t temperatures = 0;           ///< attempts with a temperature, per sensor
  std::int64_t powers = 0,
               covered = 0;  ///< attempts with a power, per sensor; of these, over nine tenths of the window
  std::int64_t compared =
      0;  ///< of these, powers of a node or group of whose parts the campaign told the power
  std::vector<std::string>
      implausible;                   ///< of these, below it: "case@target launch 0: 310 W, its parts 402 W"
  std::vector<std::string> unseen;   ///< sensors without a reading in any attempt
  std::vector<std::string> skipped;  ///< sensors of targets that the campaign does not have
};

/// A segment and a source per sensor, named imported/<sensor>, and a summary for each attempt that it saw (SensorPlaces) with a reading in it, by
/// the times of the file and the offset.
///
/// A reading stands for half its period around it, on either side; the period is a distance that three of four are not above. Coverage is
/// the share of the window that readings stand for, and less with fewer than ten of them: one reading is no mean. A power below what the parts of its node, or the nodes of
/// its group, told of themselves (PowerOfParts) is implausible: a clock that is off, the BMC of another node, a unit, a sensor that lies.
/// Level of the EE HPC WG's methodology: 1 for a whole node or rack that is read at least once a second (which level 1 demands; level 3 demands
/// integrated energy), otherwise 0.
///
/// Throws ConfigurationError: a target that the campaign does not have, a scope that is not one of its target, two powers of all of one
/// target. Throws Error when a sensor of a target was imported before, and when no reading lies within any attempt. `results` is unchanged then.
ImportReport import_telemetry(ImportedFile file, Results& results);

}  // namespace rackproof
