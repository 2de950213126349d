// One value of all threads of a block, the same bits whatever the order in which they run.
#pragma once

#include <cmath>

#include "kernels/cuda/simt.cuh"

namespace rackproof::cuda {

struct Sum {
  template <class T>
  __device__ T operator()(T x, T y) const {
    return x + y;
  }
};

/// Of two numbers; the other one where one is NaN.
struct Largest {
  template <class T>
  __device__ T operator()(T x, T y) const {
    return std::fmax(x, y);
  }
};

/// Every thread gets the result. All threads of a block of Threads (a multiple of 32) call it. `combine` must commute.
template <std::uint32_t Threads, class T, class Combine>
__device__ T block_reduce(T value, Combine combine) {
  static_assert(Threads % simt::kWarp == 0);
  constexpr std::uint32_t kWarps = Threads / simt::kWarp;
  SIMT_SHARED(T, partial, kWarps);
  SIMT_UNROLL
  for (int distance = simt::kWarp / 2; distance != 0; distance /= 2) {
    value = combine(value, __shfl_xor_sync(simt::kAllLanes, value, distance));
  }
  __syncthreads();  // of an earlier call all have read
  if (threadIdx.x % simt::kWarp == 0) partial[threadIdx.x / simt::kWarp] = value;
  __syncthreads();
  value = partial[0];
  SIMT_UNROLL
  for (std::uint32_t warp = 1; warp < kWarps; ++warp) value = combine(value, partial[warp]);
  return value;
}

}  // namespace rackproof::cuda
