// Which regions of device memory an operation of kernels/gpt.h reads and writes.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/gpt.h"
#include "kernels/regions.h"

namespace rackproof::cuda {

/// Bytes of the operation's params; 0: no such operation.
std::size_t gpt_params_size(rp_op op);

/// `params`: gpt_params_size(op) bytes at any alignment. A memory that is "none" has no region. Throws
/// kernels::Failure(RP_INVALID) for shapes that the operation does not have.
std::vector<kernels::Region> gpt_regions(rp_op op, rp_dtype dtype, const void* params);

}  // namespace rackproof::cuda
