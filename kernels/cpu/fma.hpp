// Fused multiply-add in registers on the cores of a device (kernels/fma.h).
#pragma once

#include "kernels/cpu/operations.hpp"

namespace rackproof::cpu {

/// T: float or double. Unit u runs on the u-th CPU of the device. Throws kernels::Failure(RP_INVALID).
template <class T>
Job prepare_fma(const DeviceMemory& memory, const void* params);

/// Throws kernels::Failure(RP_UNSUPPORTED) when the code path has no fused operation in hardware: x86 without FMA, where
/// prepare_fma's answer is right but its rate is that of a function.
void check_fma(const void* params, InstructionSet set);

}  // namespace rackproof::cpu
