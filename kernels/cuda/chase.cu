// kernels/chase.h on the device: one thread.
#include "kernels/chase.h"

#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/simt.cuh"

namespace rackproof::cuda {
namespace {

/// A chain that leads out of its memory ends there: on a device an access outside would end the process.
__global__ void __launch_bounds__(1) chase(const std::uint64_t* chain, std::uint64_t* result,
                                           std::uint64_t bytes, std::uint64_t start, std::uint64_t steps) {
  std::uint64_t at = start;
  for (std::uint64_t step = 0; step < steps; ++step) {
    if (at >= bytes) break;
    at = chain[at / sizeof(std::uint64_t)];
  }
  *result = at;
}

}  // namespace

int launch_chase(const rp_chase_params& params, const Launch& launch) {
  return simt::launch(chase, 1, 1, launch.stream, elements<const std::uint64_t>(launch, params.chain),
                      elements<std::uint64_t>(launch, params.result), params.bytes, params.start,
                      params.steps);
}

}  // namespace rackproof::cuda
