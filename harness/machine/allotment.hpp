// How much of a machine this process was given: by the scheduler, by its cgroups, by its limits.
#pragma once

#include <cstdint>

#include "harness/machine/system_root.hpp"

namespace rackproof {

/// CPUs that the process may use: those of its affinity (/proc/self/status), or the quota of its cgroup or of one above it,
/// version 1 or 2, whatever is less; the quota of 150 % of one CPU is 1.5.
Reading<double> allotted_cores(const SystemRoot& system);

/// Bytes: what the kernel has (MemTotal, some less than is installed), or the memory limit of the cgroup or of one above it.
Reading<double> allotted_memory(const SystemRoot& system);

/// Bytes that are free in /dev/shm; of a recorded machine the size with which it was mounted (/proc/mounts).
Reading<double> shared_memory(const SystemRoot& system);

/// Soft limits of this process itself, also where the machine is a recorded one; infinity: unlimited.
Reading<double> locked_memory_limit();  ///< B
Reading<double> open_files_limit();

}  // namespace rackproof
