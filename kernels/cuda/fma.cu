// kernels/fma.h on the device: one block per unit. A thread keeps several chains in registers and works on them in turns,
// so that none waits for its own last result.
#include "kernels/fma.h"

#include <cmath>

#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/simt.cuh"

namespace rackproof::cuda {
namespace {

constexpr std::uint32_t kThreads = 256;  // chains are a multiple of it
constexpr std::uint64_t kUnrolled = 16;  // rounds between two counts of them

/// kThreads · Chains values from `values` on.
template <class T, int Chains>
__device__ void advance(T* values, std::uint64_t rounds, T a, T b) {
  T x[Chains];
  SIMT_UNROLL
  for (int k = 0; k < Chains; ++k) x[k] = values[k * kThreads + threadIdx.x];
  for (std::uint64_t round = rounds / kUnrolled; round != 0; --round) {
    SIMT_UNROLL
    for (std::uint64_t step = 0; step < kUnrolled; ++step) {
      SIMT_UNROLL
      for (int k = 0; k < Chains; ++k) x[k] = std::fma(a, x[k], b);
    }
  }
  for (std::uint64_t round = rounds % kUnrolled; round != 0; --round) {
    SIMT_UNROLL
    for (int k = 0; k < Chains; ++k) x[k] = std::fma(a, x[k], b);
  }
  SIMT_UNROLL
  for (int k = 0; k < Chains; ++k) values[k * kThreads + threadIdx.x] = x[k];
}

template <class T>
__global__ void __launch_bounds__(kThreads)
    fma_rounds(T* values, std::uint32_t chains, std::uint64_t rounds, T a, T b) {
  T* of_unit = values + std::uint64_t{blockIdx.x} * chains;
  const std::uint32_t of_thread = chains / kThreads;
  for (std::uint32_t left = of_thread / 8; left != 0; --left, of_unit += 8 * kThreads)
    advance<T, 8>(of_unit, rounds, a, b);
  for (std::uint32_t left = of_thread % 8; left != 0; --left, of_unit += kThreads)
    advance<T, 1>(of_unit, rounds, a, b);
}

}  // namespace

template <class T>
int launch_fma(const rp_fma_params& params, const Launch& launch) {
  return simt::launch(fma_rounds<T>, params.units, kThreads, launch.stream,
                      elements<T>(launch, params.values), params.chains, params.rounds,
                      static_cast<T>(params.a), static_cast<T>(params.b));
}

template int launch_fma<double>(const rp_fma_params& params, const Launch& launch);
template int launch_fma<float>(const rp_fma_params& params, const Launch& launch);

}  // namespace rackproof::cuda
