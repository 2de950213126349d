// How warm a host is.
#pragma once

#include "harness/machine/system_root.hpp"

namespace rackproof {

/// K, of the hottest CPU sensor: of hwmon those of drivers for CPUs (coretemp, k10temp, zenpower, …), else the thermal
/// zones. A reading outside of −50 … 150 °C is none. Unavailable when no sensor is left.
Reading<double> host_temperature(const SystemRoot& system);

}  // namespace rackproof
