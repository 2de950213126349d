// What the machine was doing around a window: read, never changed.
#pragma once

#include "harness/measure/backend.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

/// Clock, power, temperature, throttle bits of the device through the backend, and of the host from sysfs
/// where it has them. A key is absent when it cannot be read.
MachineState read_machine_state(const Device* device);

/// Folds a reading within a window into its extremes: clock_hz_min, power_w_max, temperature_k_max, and throttle, the OR
/// of all bits. Extremes themselves fold alike, so that those of several windows can be merged.
void fold_extremes(MachineState& extremes, const MachineState& reading);

/// Whether any throttle bit is set.
bool is_throttled(const MachineState& state);

/// Hostname, boot id, machine id, MACs, CPUs, memory of this machine.
Identity read_identity(int rank);

}  // namespace rackproof
