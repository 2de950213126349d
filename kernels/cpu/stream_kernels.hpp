// Copy, scale, add and triad on all CPUs of a device (kernels/stream.h).
#pragma once

#include "kernels/cpu/operations.hpp"

namespace rackproof::cpu {

/// T: float or double. Throws kernels::Failure(RP_INVALID).
template <rp_op Op, class T>
Job prepare_stream(const DeviceMemory& memory, const void* params);

}  // namespace rackproof::cpu
