// The right answers, in one thread, straight from the contracts.
#pragma once

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

#include "kernels/abi.h"
#include "kernels/regions.h"

namespace rackproof::fault {

using Params = std::variant<std::monostate, rp_stream_params, rp_gemm_params, rp_fma_params, rp_chase_params,
                            rp_random_update_params, rp_march_params>;

/// An operation with its params, copied at enqueue.
struct Operation {
  rp_op op = RP_OP_NOTHING;
  rp_dtype dtype = RP_F64;
  rp_dtype output = RP_F64;  ///< type of the elements of the output
  Params params;
  std::vector<kernels::Region> regions;  ///< the output first
};

/// The host's view of an operation's regions, in their order.
using Operands = std::span<const std::span<std::byte>>;

/// Whether the backend has the operation for inputs of this type.
bool implemented(rp_op op, rp_dtype dtype);

/// Copies the params and finds the regions. Throws kernels::Failure: RP_UNSUPPORTED, or RP_INVALID for a
/// wrong size.
Operation read_operation(rp_op op, rp_dtype dtype, const void* params, std::size_t params_size);

/// Computes the operation.
void compute(const Operation& operation, Operands operands);

void compute_stream(rp_op op, rp_dtype dtype, const rp_stream_params& params, Operands operands);
void compute_chase(const rp_chase_params& params, Operands operands);
void compute_random_update(const rp_random_update_params& params, Operands operands);
void compute_march(const rp_march_params& params, Operands operands);

/// Throw kernels::Failure(RP_UNSUPPORTED) for a combination of types that is not here.
void accept_gemm(rp_dtype dtype, const rp_gemm_params& params);
void compute_gemm(rp_dtype dtype, const rp_gemm_params& params, Operands operands);
/// As hardware that builds f64 products from integer slices: the inputs are rounded to fixed-point numbers with `bits`
/// bits, relative to the largest element of their row of A or column of B; 0 bits: as they are.
void compute_emulated_gemm(const rp_gemm_params& params, Operands operands, std::uint32_t bits_of_a,
                           std::uint32_t bits_of_b);
void compute_fma(rp_dtype dtype, const rp_fma_params& params, Operands operands);

template <class T>
T* elements(std::span<std::byte> bytes) {
  return reinterpret_cast<T*>(bytes.data());
}

}  // namespace rackproof::fault
