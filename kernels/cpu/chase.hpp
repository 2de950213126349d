// Pointer chase on one CPU of a device (kernels/chase.h).
#pragma once

#include "kernels/cpu/operations.hpp"

namespace rackproof::cpu {

/// Throws kernels::Failure(RP_INVALID).
Job prepare_chase(const DeviceMemory& memory, const void* params);

}  // namespace rackproof::cpu
