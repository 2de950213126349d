// What the machine was doing around a window: read, never changed.
#pragma once

#include "harness/measure/backend.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

/// Clock, power, temperature, throttle bits of the device through the backend, and of the host from sysfs
/// where it has them. A key is absent when it cannot be read.
MachineState read_machine_state(const Device* device);

/// Time that this process was runnable but not running, ns (/proc/self/schedstat); -1 when unknown.
std::int64_t runqueue_wait_ns();

/// Hostname, boot id, machine id, MACs, CPUs, memory of this machine.
Identity read_identity(int rank);

}  // namespace rackproof
