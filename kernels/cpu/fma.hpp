// Fused multiply-add in registers on the cores of a device (kernels/fma.h).
#pragma once

#include "kernels/cpu/operations.hpp"

namespace rackproof::cpu {

/// T: float or double. Unit u runs on the u-th CPU of the device. Throws kernels::Failure(RP_INVALID).
template <class T>
Job prepare_fma(const DeviceMemory& memory, const void* params);

}  // namespace rackproof::cpu
