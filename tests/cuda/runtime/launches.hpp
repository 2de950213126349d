// How the emulated kernels come onto the fake's streams. No header of CUDA: the emulation has words of the same name.
#pragma once

#include <cstdint>
#include <functional>

struct CUstream_st;

namespace rackproof::fake {

/// Puts the kernel on the stream, as "cudaLaunchKernel" of the fault plan. Returns 0 or a cudaError_t.
int enqueue_kernel(CUstream_st* stream, std::function<int()> work);

/// As enqueue_kernel, a gate (kernels/cuda/launch.hpp).
int launch_gate(const volatile std::uint32_t* open, volatile std::uint32_t* expired, std::uint64_t timeout_ns,
                CUstream_st* stream);

}  // namespace rackproof::fake
