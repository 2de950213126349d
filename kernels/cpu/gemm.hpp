// Matrix products (kernels/gemm.h): f64 and f32 by OpenBLAS, bf16 and i8 by oneDNN.
#pragma once

#include "kernels/cpu/operations.hpp"

namespace rackproof::cpu {

/// T: float or double. Throws kernels::Failure: RP_INVALID; RP_UNSUPPORTED for other types of sums and outputs and for
/// dimensions above 2^31 - 1.
template <class T>
Job prepare_gemm(const DeviceMemory& memory, const void* params);
/// What prepare_gemm would refuse as unsupported, without looking at memory.
template <class T>
void check_gemm(const void* params, InstructionSet set);

/// Type: RP_BF16 (sums and output f32), RP_I8 (signed; sums and output i32, modulo 2^32), RP_F16 (always unsupported).
/// The primitive of a shape is made on its first use, so a first product takes longer. Throws kernels::Failure:
/// RP_INVALID; RP_UNSUPPORTED with the reason, also where the CPU has no such instruction: an emulated product would
/// be measured under a wrong name.
template <rp_dtype Type>
Job prepare_gemm_onednn(const DeviceMemory& memory, const void* params);
template <rp_dtype Type>
void check_gemm_onednn(const void* params, InstructionSet set);

}  // namespace rackproof::cpu
