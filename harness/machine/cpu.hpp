// Processors, cores, threads and NUMA nodes of a machine, from sysfs and /proc/cpuinfo.
#pragma once

#include <cstdint>
#include <string>

#include "harness/base/reading.hpp"
#include "harness/machine/system_root.hpp"

namespace rackproof {

struct Cpu {
  Reading<std::string> model;        ///< a tally where CPUs differ
  Reading<std::int64_t> sockets;     ///< packages with a CPU that is online
  Reading<std::int64_t> cores;       ///< sets of CPUs that are threads of one core
  Reading<std::int64_t> threads;     ///< CPUs that are online
  Reading<std::int64_t> offline;     ///< CPUs that are there and not online
  Reading<std::int64_t> numa_nodes;  ///< that are online
  Reading<std::string> numa_cpus;    ///< CPUs of each node: "0: 0-31, 1: 32-63"
  Reading<std::string> microcode;    ///< revision; a tally where CPUs differ
};

Cpu read_cpu(const SystemRoot& root);

}  // namespace rackproof
