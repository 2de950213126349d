// What devices are, how they are set, who holds them and how they are tied together.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "kernels/abi.h"
#include "kernels/cuda/nvml.hpp"

namespace rackproof::cuda {

/// Devices that the driver knows, those too that are hidden from this process. Throw kernels::Failure: RP_UNSUPPORTED when
/// NVML is not there although there are devices.
std::uint32_t count_present(const Nvml& nvml);
/// RP_INVALID for a device that there is not.
rp_device_info read_present(const Nvml& nvml, std::uint32_t index);

/// `has_context`: this process holds the device itself. Values that are not readable are "" and -1.
rp_device_facts read_facts(const Nvml& nvml, std::uint32_t index, bool has_context);

/// Throws kernels::Failure(RP_UNSUPPORTED) with the reason when the device must not be measured: its mode lets no process
/// share it, or another process is still on it after `patience`. Whether one is may be unknown: then it passes.
void require_free(const Nvml& nvml, std::uint32_t index, bool has_context,
                  std::chrono::milliseconds patience);

/// Between two open devices.
rp_link read_link(const Nvml& nvml, int device, const std::string& uuid, int other,
                  const std::string& other_uuid);

}  // namespace rackproof::cuda
