// RP_OP_GEMM and RP_OP_GPT_MATMUL as products of cuBLASLt.
#pragma once

#include "kernels/abi.h"
#include "kernels/cuda/product.hpp"
#include "kernels/gemm.h"
#include "kernels/gpt.h"

namespace rackproof::cuda {

/// The types of a GEMM. Throws kernels::Failure(RP_UNSUPPORTED) with the reason for a combination that cuBLASLt does not have.
ProductTypes gemm_types(rp_dtype dtype, const rp_gemm_params& params);

/// Row-major C = A·B is column-major Cᵀ = Bᵀ·Aᵀ on the same bytes: B comes first. Throws kernels::Failure(RP_UNSUPPORTED) for
/// dimensions that the type cannot have.
ProductShape gemm_shape(rp_dtype dtype, const rp_gemm_params& params);

/// dtype: RP_F32 (without TF32) or RP_F64.
ProductTypes gpt_matmul_types(rp_dtype dtype);
ProductShape gpt_matmul_shape(const rp_gpt_matmul_params& params);

}  // namespace rackproof::cuda
