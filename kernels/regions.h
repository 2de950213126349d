// Which regions of device memory an operation reads and writes: what a backend checks before it touches
// anything.
#pragma once

#include <string>
#include <vector>

#include "kernels/abi.h"
#include "kernels/edge.h"
#include "kernels/gemm.h"
#include "kernels/stream.h"

namespace rackproof::kernels {

struct Region {
  rp_memory memory;
  std::uint64_t bytes = 0;
  bool written = false;
};

/// Bytes of one element.
constexpr std::uint64_t element_bytes(rp_dtype dtype) {
  switch (dtype) {
    case RP_F64:
    case RP_U64:
      return 8;
    case RP_F32:
    case RP_TF32:
    case RP_I32:
      return 4;
    case RP_BF16:
    case RP_F16:
      return 2;
    default:
      return 1;
  }
}

/// A region of x · y elements. Throws Failure(RP_INVALID) when the size does not fit or the offset is not
/// aligned.
inline Region region_of(rp_memory memory, std::uint64_t x, std::uint64_t y, std::uint64_t element,
                        bool written) {
  std::uint64_t elements = 0;
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(x, y, &elements) || __builtin_mul_overflow(elements, element, &bytes)) {
    throw Failure(RP_INVALID, "an operand is larger than 2^64 bytes");
  }
  if (memory.offset % element != 0) {
    throw Failure(RP_INVALID,
                  "offset " + std::to_string(memory.offset) + " is not a multiple of the element size");
  }
  return {memory, bytes, written};
}

/// Throws Failure(RP_INVALID) when a written region overlaps another one.
inline void refuse_overlap(const std::vector<Region>& regions) {
  for (const Region& out : regions) {
    for (const Region& other : regions) {
      if (!out.written || &out == &other || out.memory.handle != other.memory.handle) continue;
      const bool apart =
          out.bytes == 0 || other.bytes == 0 ||
          (out.memory.offset < other.memory.offset ? other.memory.offset - out.memory.offset >= out.bytes
                                                   : out.memory.offset - other.memory.offset >= other.bytes);
      if (!apart) throw Failure(RP_INVALID, "the output overlaps an input");
    }
  }
}

/// a (written), b, and c where the operation has it. Throws Failure(RP_INVALID).
inline std::vector<Region> stream_regions(rp_op op, std::uint64_t element, const rp_stream_params& params) {
  std::vector<Region> regions{region_of(params.a, params.count, 1, element, true),
                              region_of(params.b, params.count, 1, element, false)};
  if (op == RP_OP_ADD || op == RP_OP_TRIAD)
    regions.push_back(region_of(params.c, params.count, 1, element, false));
  refuse_overlap(regions);
  return regions;
}

/// c (written), a, b. Throws Failure(RP_INVALID).
inline std::vector<Region> gemm_regions(std::uint64_t element, const rp_gemm_params& params) {
  std::vector<Region> regions{region_of(params.c, params.m, params.n, element, true),
                              region_of(params.a, params.m, params.k, element, false),
                              region_of(params.b, params.k, params.n, element, false)};
  refuse_overlap(regions);
  return regions;
}

}  // namespace rackproof::kernels
