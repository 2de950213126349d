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
/// The same of the device that read_present describes, without a context and without the runtime. Throws
/// kernels::Failure: RP_UNSUPPORTED without the library, RP_INVALID for a device that there is not.
rp_telemetry read_present_telemetry(const Nvml& nvml, std::uint32_t index);
/// Those that the device has. Names with "_lifetime" survive a restart; all others begin with the driver.
std::vector<rp_counter> read_counters(const Nvml& nvml, const std::string& uuid);

}  // namespace rackproof::cuda
