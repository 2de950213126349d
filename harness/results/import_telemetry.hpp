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
  bool skip_unknown = false;  ///< targets on which nothing was measured are left out; otherwise refused
  std::vector<ReadSensor> sensors;
};

/// What came of it; sensors are named "sensor of target". A sum is what one sensor told within one attempt.
struct ImportReport {
  std::int64_t readings = 0, missing = 0;  ///< of the sensors that were taken
  std::int64_t temperatures = 0;           ///< sums of temperatures
  std::int64_t powers = 0, covered = 0;    ///< sums of powers; those over nine tenths of their attempt
  std::int64_t compared = 0;  ///< of these, of a node or group of whose parts the campaign told the power
  std::vector<std::string>
      implausible;  ///< of these, below it: "case@target launch 0: PSU of node tells 310 W, its parts 402 W"
  std::vector<std::string>
      disbelieved;  ///< sensors that were below in more than a tenth of these: no power of theirs is used
  std::vector<std::string> unseen;   ///< sensors without a reading in any attempt
  std::vector<std::string> skipped;  ///< sensors of targets on which nothing was measured
};

/// A segment and a source per sensor, named imported/<sensor>, and a summary for each attempt that it saw (SensorPlaces) with a reading in it
/// (ReadingWindow), by the times of the file and the offset.
///
/// A power below what the parts of its node, or the nodes of its group, told of themselves (PowerOfParts) is implausible: a clock that is off, the
/// BMC of another node, a unit, a sensor that averages over longer than the case, or one that lies.
/// Level of the EE HPC WG's methodology: 1 for a whole node or rack that is read at least once a second (which level 1 demands; level 3 demands
/// integrated energy), otherwise 0.
///
/// Throws what SensorPlaces::place() throws, and Error when no reading lies within any attempt. `results` is unchanged then.
ImportReport import_telemetry(ImportedFile file, Results& results);

}  // namespace rackproof
