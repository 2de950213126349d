// Matrix product by OpenBLAS (kernels/gemm.h).
#pragma once

#include "kernels/cpu/operations.hpp"

namespace rackproof::cpu {

/// T: float or double. Throws kernels::Failure(RP_INVALID), RP_UNSUPPORTED for dimensions above 2^31 - 1.
template <class T>
Job prepare_gemm(const DeviceMemory& memory, const void* params);

}  // namespace rackproof::cpu
