#include "kernels/cpu/chase.hpp"

#include <cstring>

#include "kernels/chase.h"
#include "kernels/regions.h"

namespace rackproof::cpu {
namespace {

/// The offset after `steps` loads, or the first one that leads out of the chain.
///
/// The comparison is not on the path from load to load: the branch is predicted, so the next load starts as soon as
/// the one before it is there.
std::uint64_t follow(const std::byte* chain, std::uint64_t bytes, std::uint64_t start, std::uint64_t steps) {
  constexpr int kUnroll = 32;
  const std::uint64_t last = bytes - sizeof(std::uint64_t);
  std::uint64_t at = start;
  for (; steps >= kUnroll; steps -= kUnroll) {
#pragma GCC unroll 32
    for (int u = 0; u < kUnroll; ++u) {
      if (at > last) [[unlikely]]
        return at;
      std::memcpy(&at, chain + at, sizeof at);
    }
  }
  for (; steps > 0 && at <= last; --steps) std::memcpy(&at, chain + at, sizeof at);
  return at;
}

}  // namespace

Job prepare_chase(const DeviceMemory& memory, const void* bytes) {
  rp_chase_params params;
  std::memcpy(&params, bytes, sizeof params);
  const auto regions = kernels::chase_regions(params);
  std::byte* const result = memory.translate(regions[0].memory, regions[0].bytes);
  const std::byte* const chain = memory.translate(regions[1].memory, regions[1].bytes);
  // In the calling thread, which is pinned to the first CPU.
  return [params, result, chain](ThreadPool&) {
    const std::uint64_t end = follow(chain, params.bytes, params.start, params.steps);
    std::memcpy(result, &end, sizeof end);
  };
}

}  // namespace rackproof::cpu
