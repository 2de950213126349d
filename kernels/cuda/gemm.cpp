#include "kernels/cuda/gemm.hpp"

#include <limits>
#include <string>

#include "kernels/edge.h"

namespace rackproof::cuda {
namespace {

using kernels::Failure;

[[noreturn]] void unsupported(const std::string& reason) { throw Failure(RP_UNSUPPORTED, reason); }

// f64 could stand as slices of integers, f32 as TF32 or slices of bf16: other arithmetic than what is asked for.
constexpr ProductTypes kF64{CUDA_R_64F, CUDA_R_64F, CUBLAS_COMPUTE_64F, CUDA_R_64F,
                            CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_8I};
constexpr ProductTypes kF32{CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F, CUDA_R_32F,
                            CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_TF32 |
                                CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16BF |
                                CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16F};
constexpr ProductTypes kTf32{
    CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_FAST_TF32, CUDA_R_32F,
    CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16BF | CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16F};
constexpr ProductTypes kBf16{CUDA_R_16BF, CUDA_R_32F, CUBLAS_COMPUTE_32F, CUDA_R_32F, 0};
constexpr ProductTypes kF16{CUDA_R_16F, CUDA_R_32F, CUBLAS_COMPUTE_32F, CUDA_R_32F, 0};
constexpr ProductTypes kF8{CUDA_R_8F_E4M3, CUDA_R_32F, CUBLAS_COMPUTE_32F, CUDA_R_32F, 0};
constexpr ProductTypes kI8{CUDA_R_8I, CUDA_R_32I, CUBLAS_COMPUTE_32I, CUDA_R_32I, 0};

/// With the output type that is asked for, of which f32 and the narrow ones exist beside sums in f32.
ProductTypes with_output(ProductTypes types, std::uint32_t output, bool bf16, bool f16) {
  if (output == RP_F32) return types;
  if (output == RP_BF16 && bf16) {
    types.output = CUDA_R_16BF;
  } else if (output == RP_F16 && f16) {
    types.output = CUDA_R_16F;
  } else {
    unsupported("cuBLASLt has no product of these inputs with output of type " + std::to_string(output));
  }
  return types;
}

void require_sums_in(rp_dtype wide, const rp_gemm_params& params) {
  if (params.accumulate == static_cast<std::uint32_t>(wide)) return;
  unsupported("cuBLASLt sums these inputs in type " + std::to_string(wide) + ", not in " +
              std::to_string(params.accumulate));
}

/// cuBLAS documentation, cublasLtMatmul: products of 8-bit types exist with the first operand transposed and the second not
/// ("TN") and with dimensions and pointers of a multiple.
void require_eight_bit_layout(const rp_gemm_params& params, std::uint32_t multiple) {
  if (params.transpose_b != 1) unsupported("cuBLASLt multiplies 8-bit types only with B stored n x k");
  if (params.m % multiple != 0 || params.n % multiple != 0 || params.k % multiple != 0)
    unsupported("cuBLASLt multiplies this 8-bit type only in dimensions that are multiples of " +
                std::to_string(multiple));
}

}  // namespace

ProductTypes gemm_types(rp_dtype dtype, const rp_gemm_params& params) {
  require_sums_in(dtype == RP_F64 ? RP_F64 : dtype == RP_I8 ? RP_I32 : RP_F32, params);
  switch (dtype) {
    case RP_F64:
      if (params.output != RP_F64) unsupported("cuBLASLt stores products of f64 in f64");
      return kF64;
    case RP_F32:
      return with_output(kF32, params.output, false, false);
    case RP_TF32:
      return with_output(kTf32, params.output, false, false);
    case RP_BF16:
      return with_output(kBf16, params.output, true, false);
    case RP_F16:
      return with_output(kF16, params.output, false, true);
    case RP_F8E4M3:
      return with_output(kF8, params.output, true, true);
    case RP_F8E5M2:
      unsupported("cuBLASLt has no product of two matrices of f8e5m2");
    case RP_I8:
      if (params.output != RP_I32)
        unsupported("cuBLASLt is used here for products of i8 that are stored in i32");
      return kI8;
    default:
      unsupported("cuBLASLt has no product of type " + std::to_string(dtype));
  }
}

ProductShape gemm_shape(rp_dtype dtype, const rp_gemm_params& params) {
  if (dtype == RP_F8E4M3) require_eight_bit_layout(params, 16);
  if (dtype == RP_I8) require_eight_bit_layout(params, 4);
  if (params.batch > static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max()))
    unsupported("batches of cuBLASLt end at 2^31 - 1");
  return {params.n, params.m, params.k, static_cast<std::int32_t>(params.batch), params.transpose_b == 1,
          false,    false};
}

ProductTypes gpt_matmul_types(rp_dtype dtype) {
  if (dtype == RP_BF16) return with_output(kBf16, RP_BF16, true, false);
  return dtype == RP_F64 ? kF64 : kF32;
}

ProductShape gpt_matmul_shape(const rp_gpt_matmul_params& params) {
  return {params.n,
          params.m,
          params.k,
          1,
          params.transpose_b == 1,
          params.transpose_a == 1,
          params.bias.handle != 0};
}

}  // namespace rackproof::cuda
