// Readings of a BMC, a PDU or a meter, as whoever collects them at a site writes them:
//
//   time,target,sensor,scope,value,unit
//   2026-11-30T20:15:04Z,rack1/node1,Total_Power,node,3127,W
//   2026-11-30T20:15:04Z,rack1/node1,Inlet_Temp,board,24.5,C
//   1796069704.5,rack1,PDU input,rack,61.3,kW
//
// The first line names the columns, in any order. Quotes as in RFC 4180, within one line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/sensor_source.hpp"

namespace rackproof {

/// What one sensor of one target told.
struct ReadSensor {
  std::string target;
  SensorSource source;                 ///< name as in the file; power (W) or temperature (K)
  std::vector<std::int64_t> times_ns;  ///< since 1970, by the clock of who wrote them, growing
  std::vector<double> values;          ///< NaN: unavailable
  std::string unavailable;             ///< why, the last reason; "": none is
  int line = 0;                        ///< its first
};

struct ReadReadings {
  std::vector<ReadSensor> sensors;  ///< by target and name
  std::string sha256;               ///< of the bytes that were read
};

/// What a file may hold. All of it is in memory: 20 bytes a reading, and twice that of a sensor whose readings are not in order.
inline constexpr std::int64_t kMostImportedReadings = std::int64_t{1} << 26;

/// Problems of one file that are told.
inline constexpr std::size_t kMostReadingsProblems = 20;

/// A field that is empty, "nan", "na", "n/a", "null", "none" or "-", no power above 0 W, and a temperature that cannot be (0 °C: plausible()), is a
/// reading that is not there. One reading given twice counts once.
///
/// Throws ConfigurationError, some twenty problems with their lines, each told once where it goes on: a column missing or unknown, a
/// time without its zone, a unit that is neither of power nor of temperature, no scope, two values of one time, a sensor of two scopes or
/// quantities, a value that is no number, a power above what can be of its scope. Throws Error for what is no file or cannot be read, for a file without
/// readings, and above kMostImportedReadings.
ReadReadings read_readings_csv(const std::filesystem::path& file);

}  // namespace rackproof
