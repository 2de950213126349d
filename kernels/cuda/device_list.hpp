// The devices that the CUDA runtime shows to this process.
#pragma once

#include <cstdint>
#include <string>

#include "kernels/abi.h"

namespace rackproof::cuda {

class Nvml;

struct DeviceCount {
  std::uint32_t count = 0;
  std::string reason;  ///< why there is none: no driver, one that is too old for this runtime, or no device
};

/// Throws kernels::Failure.
DeviceCount count_devices();

/// "GPU-…" as the driver writes it, or "MIG-…" for a part of a device. Throws kernels::Failure.
std::string uuid_of_device(std::uint32_t index, const Nvml& nvml);

/// "0000:3b:00.0", as the operating system writes it.
std::string pci_address(unsigned domain, unsigned bus, unsigned device);

/// Everything that is known about a device without opening it. `index` is below the count. Throws kernels::Failure.
rp_device_info read_device_info(std::uint32_t index, const Nvml& nvml);

/// Throws kernels::Failure(RP_INVALID) when there is none.
std::uint32_t find_device(const std::string& uuid, const Nvml& nvml);

}  // namespace rackproof::cuda
