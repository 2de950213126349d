// Operations: what is checked before a kernel or a library sees the params.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/abi.h"
#include "kernels/cuda/device.hpp"

namespace rackproof::cuda {

/// Throws kernels::Failure: RP_UNSUPPORTED with the reason, RP_INVALID for params of the wrong size or shape.
void query(rp_device& device, rp_op op, rp_dtype dtype, const void* params, std::size_t params_size,
           rp_op_facts* facts);

/// As query; regions outside their allocation are RP_INVALID, and on a stream that is held what would wait for it.
void enqueue(rp_stream& stream, rp_op op, rp_dtype dtype, const void* params, std::size_t params_size);

}  // namespace rackproof::cuda
