// Random update on all CPUs of a device (kernels/random_update.h).
#pragma once

#include "kernels/cpu/operations.hpp"

namespace rackproof::cpu {

/// Every thread does all updates of whole parts, so none needs an atomic. Throws kernels::Failure(RP_INVALID).
Job prepare_random_update(const DeviceMemory& memory, const void* params);

}  // namespace rackproof::cpu
