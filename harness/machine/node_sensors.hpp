// Everything that a node's own files tell beside a measurement: power, temperature, clocks, memory.
#pragma once

#include "harness/machine/power.hpp"

namespace rackproof {

/// Mean and least clock over the policies of cpufreq, Hz. A policy that cannot be read makes both unavailable: a mean over those that
/// can would be of other CPUs each time.
Sensors find_clocks(const SystemRoot& root, FileTally& tally);

/// MemAvailable of /proc/meminfo, B.
Sensors find_memory(const SystemRoot& root, FileTally& tally);

/// All of them, those of power.hpp first. `tally` outlives them.
Sensors find_node_sensors(const SystemRoot& root, FileTally& tally);

}  // namespace rackproof
