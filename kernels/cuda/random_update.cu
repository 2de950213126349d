// kernels/random_update.h on the device. Neighbouring threads work on different parts, so that they fall anywhere in the
// table; any number of threads may meet in a part, so updates are atomic.
#include "kernels/random_update.h"

#include <algorithm>
#include <bit>

#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/simt.cuh"

namespace rackproof::cuda {
namespace {

using Word = unsigned long long;  // what CUDA's atomics take

constexpr std::uint32_t kThreads = 256;
constexpr std::uint32_t kBlocks = 8;  // per compute unit: as many threads as it can hold

__global__ void __launch_bounds__(kThreads)
    random_update(Word* table, std::uint64_t words_of_part, std::uint64_t updates, std::uint64_t key,
                  std::uint32_t log2_parts) {
  const std::uint64_t of_part = updates >> log2_parts;
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  for (std::uint64_t k = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x; k < updates; k += threads) {
    const std::uint64_t part = k & ((std::uint64_t{1} << log2_parts) - 1);
    const std::uint64_t r = kernels::random_update_word(key, part * of_part + (k >> log2_parts));
    atomicXor(table + kernels::random_update_place(r, part, words_of_part), r);
  }
}

}  // namespace

int launch_random_update(const rp_random_update_params& params, const Launch& launch) {
  const std::uint64_t blocks = std::min<std::uint64_t>((params.updates + kThreads - 1) / kThreads,
                                                       std::uint64_t{launch.compute_units} * kBlocks);
  return simt::launch(random_update, blocks, kThreads, launch.stream, elements<Word>(launch, params.table),
                      params.words / params.parts, params.updates, params.key,
                      static_cast<std::uint32_t>(std::countr_zero(params.parts)));
}

}  // namespace rackproof::cuda
