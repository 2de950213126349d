// Power and temperature that a machine's own sensors tell: RAPL by /sys/class/powercap, hwmon.
#pragma once

#include "harness/machine/kept_file.hpp"
#include "harness/machine/sensor.hpp"

namespace rackproof {

/// One per RAPL domain, by difference of its energy counter; its long-term limit (constraint_0) is the source's limit.
/// Packages and the platform ("psys": node) stand for themselves, the parts of a package are scope die. A domain that only
/// root may read is there, and unavailable. None at all: one that says so.
Sensors find_rapl(const SystemRoot& root, FileTally& tally);

/// Inputs of hwmon: powerN_input or powerN_average (W), energyN_input (W, by difference), tempN_input (K), with the label of
/// each. Scope by its driver; a driver that is not known is board. Temperatures of single cores are left out: they say no more than that
/// of the package, and reading them interrupts the core. At most 64. None at all: one of each quantity that says so.
Sensors find_hwmon(const SystemRoot& root, FileTally& tally);

}  // namespace rackproof
