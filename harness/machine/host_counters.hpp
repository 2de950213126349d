// The counters of a host that sysfs and procfs have: memory errors, buses, networks, heat, machine checks.
#pragma once

#include <string>
#include <vector>

#include "harness/machine/counter.hpp"
#include "harness/machine/system_root.hpp"

namespace rackproof {

/// What is there now, by name:
///   edac/<mc>/ce, edac/<mc>/ue                     corrected and uncorrected errors of a memory controller
///   aer/<pci>/{correctable,nonfatal,fatal}         PCI Express errors that a device reported
///   nic/<interface>/<statistic>, …/carrier_changes of interfaces with a device behind them, and of lo; no packets
///   ib/<device>/<port>/<counter>                   InfiniBand and RoCE, counters and hw_counters
///   thermal/core_throttle, thermal/package_throttle  of all cores, of all packages
///   machine_checks                                 machine check exceptions of all CPUs
/// What a machine does not have has no counter. One that is there and holds no number is unavailable.
Counters read_host_counters(const SystemRoot& system);

/// Bytes that an interface sent and received since it was made. Unavailable when it is not there.
Reading<double> interface_bytes(const SystemRoot& system, const std::string& interface);

}  // namespace rackproof
