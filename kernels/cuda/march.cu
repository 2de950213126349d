// kernels/march.h on the device. A block is a unit: it has one range of words and goes through it tile by tile, with a
// barrier between two tiles, so that the order of addresses is kept. The pairs in the report are the first in the order of
// the element, whatever the order in which blocks run: blocks take the ranges in the order in which they start, and one
// that finds a bad word waits until the ranges before its own are done.
#include "kernels/march.h"

#include <algorithm>

#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/simt.cuh"

namespace rackproof::cuda {
namespace {

using Word = unsigned long long;  // what CUDA's atomics take

constexpr std::uint32_t kThreads = 512;
constexpr std::uint32_t kWords = 4;  // of a thread in a tile
constexpr std::uint32_t kTile = kThreads * kWords;
constexpr std::uint32_t kWarps = kThreads / simt::kWarp;

// While the element runs, word 0 of the report also counts the ranges that were taken and those that are done.
constexpr Word kTaken = Word{1} << 40;
constexpr Word kDone = Word{1} << 52;
constexpr std::uint32_t kMostBlocks = 4095;

/// Waits until the ranges before `range` are done.
__device__ void wait_for_turn(Word* report, std::uint32_t range) {
  while (atomicAdd(report, Word{0}) / kDone != range) simt::pause();
}

struct Element {
  std::uint64_t* memory;
  Word* report;
  std::uint64_t words;
  std::uint64_t key;
  std::uint32_t read;
  std::uint32_t write;
  std::uint32_t pairs;
  bool descending;
};

/// Bad words before that of lane `lane` in turn k of warp `warp`, in the order of the element.
__device__ std::uint32_t bad_before(const unsigned* bad, std::uint32_t k, std::uint32_t warp,
                                    unsigned lanes_below) {
  const std::uint32_t here = k * kWarps + warp;
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < here; ++i) count += static_cast<std::uint32_t>(__popc(bad[i]));
  return count + static_cast<std::uint32_t>(__popc(bad[here] & lanes_below));
}

__global__ void __launch_bounds__(kThreads)
    march(Element element, std::uint64_t tiles, std::uint64_t tiles_of_range) {
  SIMT_SHARED(unsigned, bad, kWords* kWarps);  // a bit for each word of a tile
  SIMT_SHARED(std::uint64_t, first_pair, 1);
  SIMT_SHARED(std::uint32_t, range, 1);
  const std::uint32_t warp = threadIdx.x / simt::kWarp;
  const std::uint32_t lane = threadIdx.x % simt::kWarp;
  if (threadIdx.x == 0)
    *range = static_cast<std::uint32_t>(atomicAdd(element.report, kTaken) / kTaken % (kDone / kTaken));
  __syncthreads();
  const std::uint64_t first_tile = std::min(*range * tiles_of_range, tiles);
  const std::uint64_t behind = std::min(first_tile + tiles_of_range, tiles);
  bool my_turn = false;
  for (std::uint64_t tile = first_tile; tile != behind; ++tile) {
    std::uint64_t difference[kWords];
    bool any = false;
    SIMT_UNROLL
    for (std::uint32_t k = 0; k < kWords; ++k) {
      const std::uint64_t position = tile * kTile + k * kThreads + threadIdx.x;
      const std::uint64_t i = element.descending ? element.words - 1 - position : position;
      difference[k] = 0;
      if (position >= element.words) continue;
      if (element.read != RP_MARCH_NOTHING)
        difference[k] = element.memory[i] ^ kernels::march_word(element.read, element.key, i);
      any = any || difference[k] != 0;
    }
    SIMT_UNROLL
    for (std::uint32_t k = 0; k < kWords; ++k) {
      const std::uint64_t position = tile * kTile + k * kThreads + threadIdx.x;
      const std::uint64_t i = element.descending ? element.words - 1 - position : position;
      if (position < element.words && element.write != RP_MARCH_NOTHING)
        element.memory[i] = kernels::march_word(element.write, element.key, i);
    }
    if (!__syncthreads_or(any ? 1 : 0)) continue;
    SIMT_UNROLL
    for (std::uint32_t k = 0; k < kWords; ++k) {
      const unsigned bits = __ballot_sync(simt::kAllLanes, difference[k] != 0 ? 1 : 0);
      if (lane == 0) bad[k * kWarps + warp] = bits;
    }
    if (threadIdx.x == 0) {
      if (!my_turn) wait_for_turn(element.report, *range);
      *first_pair = atomicAdd(element.report, Word{0}) % kTaken;
    }
    my_turn = true;
    __syncthreads();
    SIMT_UNROLL
    for (std::uint32_t k = 0; k < kWords; ++k) {
      if (difference[k] == 0) continue;
      const std::uint64_t pair = *first_pair + bad_before(bad, k, warp, (1u << lane) - 1);
      if (pair >= element.pairs) continue;
      const std::uint64_t position = tile * kTile + k * kThreads + threadIdx.x;
      element.report[1 + 2 * pair] = element.descending ? element.words - 1 - position : position;
      element.report[2 + 2 * pair] = difference[k];
    }
    if (threadIdx.x == 0)
      atomicAdd(element.report, Word{bad_before(bad, kWords - 1, kWarps - 1, simt::kAllLanes)});
  }
  if (threadIdx.x != 0) return;
  if (!my_turn) wait_for_turn(element.report, *range);
  const bool last = *range == gridDim.x - 1;
  atomicAdd(element.report, last ? Word{0} - gridDim.x * kTaken - (gridDim.x - 1) * kDone : kDone);
}

}  // namespace

int launch_march(const rp_march_params& params, const Launch& launch) {
  const std::uint64_t tiles = (params.words + kTile - 1) / kTile;
  const std::uint64_t blocks = std::min<std::uint64_t>({tiles, launch.compute_units, kMostBlocks});
  if (blocks == 0) return 0;
  const Element element{elements<std::uint64_t>(launch, params.memory),
                        elements<Word>(launch, params.report),
                        params.words,
                        params.key,
                        params.read,
                        params.write,
                        params.report_pairs,
                        params.descending != 0};
  return simt::launch(march, blocks, kThreads, launch.stream, element, tiles, (tiles + blocks - 1) / blocks);
}

}  // namespace rackproof::cuda
