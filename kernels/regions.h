// Which regions of device memory an operation reads and writes: what a backend checks before it touches
// anything.
#pragma once

#include <bit>
#include <string>
#include <vector>

#include "kernels/abi.h"
#include "kernels/chase.h"
#include "kernels/edge.h"
#include "kernels/fma.h"
#include "kernels/gemm.h"
#include "kernels/march.h"
#include "kernels/random_update.h"
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

/// a (written), and b (written by several passes that are no sums) and c where the operation has them. Throws
/// Failure(RP_INVALID).
inline std::vector<Region> stream_regions(rp_op op, std::uint64_t element, const rp_stream_params& params) {
  const StreamShape shape = stream_shape(op);
  if (params.stores > RP_STORES_STREAMING || (params.stores == RP_STORES_STREAMING && !shape.streaming)) {
    throw Failure(RP_INVALID, "this operation has no such kind of stores");
  }
  if (params.more_passes > 0 && (!shape.passes || params.stores == RP_STORES_STREAMING))
    throw Failure(RP_INVALID, "this operation has one pass only");
  const std::uint64_t outputs = shape.sums ? 1 + std::uint64_t{params.more_passes} : 1;
  std::vector<Region> regions{region_of(params.a, stream_outputs(op, params.count), outputs, element, true)};
  if (shape.has_b) {
    const bool back = params.more_passes > 0 && !shape.sums;
    regions.push_back(region_of(params.b, params.count, 1, element, back));
  }
  if (shape.has_c) regions.push_back(region_of(params.c, params.count, 1, element, false));
  refuse_overlap(regions);
  return regions;
}

/// c (written), a, b. `element` is the size of the inputs. Throws Failure(RP_INVALID).
inline std::vector<Region> gemm_regions(std::uint64_t element, const rp_gemm_params& params) {
  if (params.batch == 0) throw Failure(RP_INVALID, "a batch of 0 products");
  if (params.transpose_b > 1 || params.reserved != 0)
    throw Failure(RP_INVALID, "B is stored as it is or transposed");
  const auto matrices = [&](rp_memory memory, std::uint64_t x, std::uint64_t y, std::uint64_t bytes,
                            bool written) {
    return region_of(memory, x * y, params.batch, bytes, written);  // x, y < 2^32
  };
  std::vector<Region> regions{
      matrices(params.c, params.m, params.n, element_bytes(static_cast<rp_dtype>(params.output)), true),
      matrices(params.a, params.m, params.k, element, false),
      matrices(params.b, params.k, params.n, element, false)};
  refuse_overlap(regions);
  return regions;
}

/// The values (written). Throws Failure(RP_INVALID).
inline std::vector<Region> fma_regions(std::uint64_t element, const rp_fma_params& params) {
  if (params.units == 0 || params.chains == 0 || params.chains % 256 != 0)
    throw Failure(RP_INVALID, "fma: no units, or chains are not a multiple of 256");
  return {region_of(params.values, params.units, params.chains, element, true)};
}

/// result (written), chain. Throws Failure(RP_INVALID).
inline std::vector<Region> chase_regions(const rp_chase_params& params) {
  if (params.bytes == 0 || params.bytes % 8 != 0 || params.start % 8 != 0 || params.start >= params.bytes)
    throw Failure(RP_INVALID, "chase: the start lies outside the chain, or a size is not a multiple of 8");
  std::vector<Region> regions{region_of(params.result, 1, 1, 8, true),
                              region_of(params.chain, params.bytes / 8, 1, 8, false)};
  refuse_overlap(regions);
  return regions;
}

/// The table (written). Throws Failure(RP_INVALID).
inline std::vector<Region> random_update_regions(const rp_random_update_params& params) {
  if (!std::has_single_bit(params.words) || !std::has_single_bit(params.parts) ||
      params.parts > params.words || params.updates % params.parts != 0)
    throw Failure(RP_INVALID,
                  "random update: words and parts must be powers of two, updates a multiple of parts");
  return {region_of(params.table, params.words, 1, 8, true)};
}

/// The memory (written), the report (written). Throws Failure(RP_INVALID).
inline std::vector<Region> march_regions(const rp_march_params& params) {
  if (params.read > RP_MARCH_RANDOM || params.write > RP_MARCH_RANDOM || params.descending > 1)
    throw Failure(RP_INVALID, "march: no such pattern or order");
  std::vector<Region> regions{
      region_of(params.memory, params.words, 1, 8, true),
      region_of(params.report, 1 + 2 * std::uint64_t{params.report_pairs}, 1, 8, true)};
  refuse_overlap(regions);
  return regions;
}

}  // namespace rackproof::kernels
