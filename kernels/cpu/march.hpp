// One element of a march test on all CPUs of a device (kernels/march.h).
#pragma once

#include "kernels/cpu/operations.hpp"

namespace rackproof::cpu {

/// The pairs in the report are the first in the order of the element, for any number of threads. Throws
/// kernels::Failure(RP_INVALID).
Job prepare_march(const DeviceMemory& memory, const void* params);

}  // namespace rackproof::cpu
