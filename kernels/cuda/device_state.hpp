// What NVML tells of a device's state, in the terms of the ABI.
#pragma once

#include <string>
#include <vector>

#include "kernels/abi.h"
#include "kernels/cuda/nvml.hpp"

namespace rackproof::cuda {

/// Bits of rp_throttle for the reasons that NVML gives. Idleness and a clock that somebody set are none.
std::uint64_t throttle_bits(unsigned long long reasons);

// `uuid` as in rp_device_info. Throw kernels::Failure: RP_UNSUPPORTED when NVML is not there, RP_DEVICE_LOST.
rp_telemetry read_telemetry(const Nvml& nvml, const std::string& uuid);
/// Those that the device has. Names with "_lifetime" survive a restart; all others begin with the driver.
std::vector<rp_counter> read_counters(const Nvml& nvml, const std::string& uuid);

}  // namespace rackproof::cuda
