// Launches of the device kernels. The kernels themselves stand in a file of their contract's name (stream.cu: kernels/stream.h);
// this header needs no toolkit, so that they build and run under emulation on a machine without one.
#pragma once

#include <cstdint>

#include "kernels/abi.h"

struct CUstream_st;  // what cudaStream_t points to

namespace rackproof::cuda {

/// Where a region of device memory begins.
class Addresses {
 public:
  virtual ~Addresses() = default;
  virtual void* of(rp_memory memory) const = 0;
};

/// What the launch of an operation needs besides its parameters.
struct Launch {
  const Addresses& addresses;
  std::uint32_t compute_units;  ///< multiprocessors of the device
  CUstream_st* stream;
};

/// Whether there are kernels for the operation in this type. Products (RP_OP_GEMM, RP_OP_GPT_MATMUL) have none: they go to the
/// vendor's library.
bool has_kernel(rp_op op, rp_dtype dtype);

/// Starts the kernels of an operation. `params` are those of the operation, checked before (kernels/regions.h). Returns 0 or
/// the cudaError_t of the launch.
int launch_kernel(rp_op op, rp_dtype dtype, const void* params, const Launch& launch);

/// Starts a kernel of one thread that ends when *open is not 0 any more, or after `timeout_ns`; then it stores 1 at *expired.
/// Both lie in pinned host memory that the device sees. Returns as launch_kernel.
int launch_gate(const volatile std::uint32_t* open, volatile std::uint32_t* expired, std::uint64_t timeout_ns,
                CUstream_st* stream);

}  // namespace rackproof::cuda
