// The right answers, in one thread, straight from the contracts.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "kernels/abi.h"
#include "kernels/regions.h"

namespace rackproof::fault {

/// An operation with its params, copied at enqueue.
struct Operation {
  rp_op op = RP_OP_NOTHING;
  rp_dtype dtype = RP_F64;
  rp_stream_params stream{};
  rp_gemm_params gemm{};
  std::vector<kernels::Region> regions;  ///< the output first
};

/// RP_OP_NOTHING, the stream kernels and GEMM, in f32 and f64.
bool implemented(rp_op op, rp_dtype dtype);

/// Copies the params and finds the regions. Throws kernels::Failure: RP_UNSUPPORTED, or RP_INVALID for a
/// wrong size.
Operation read_operation(rp_op op, rp_dtype dtype, const void* params, std::size_t params_size);

/// Computes the operation; `operands` are its regions, in their order.
void compute(const Operation& operation, std::span<const std::span<std::byte>> operands);

}  // namespace rackproof::fault
