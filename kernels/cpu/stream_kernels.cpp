#include "kernels/cpu/stream_kernels.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include "kernels/cpu/stream_pass.hpp"
#include "kernels/regions.h"
#include "kernels/stream.h"

namespace rackproof::cpu {
namespace {

rp_stream_params copied(const void* bytes) {
  rp_stream_params params;
  std::memcpy(&params, bytes, sizeof params);
  return params;
}

StreamPass stream_pass(InstructionSet set, rp_op op, rp_dtype dtype, bool streaming) {
#if defined(__x86_64__)
  if (set == InstructionSet::avx512) return stream_pass_avx512(op, dtype, streaming);
  if (set == InstructionSet::avx2) return stream_pass_avx2(op, dtype, streaming);
#endif
  return stream_pass_portable(op, dtype, streaming);
}

/// All passes of a part of the range, which begins with a block.
template <rp_op Op, class T>
void several_passes(StreamPass pass, StreamArrays arrays, std::uint32_t more, std::uint64_t blocks,
                    std::uint64_t begin, std::uint64_t end) {
  T* const a = static_cast<T*>(arrays.a);
  T* const b = static_cast<T*>(const_cast<void*>(arrays.b));  // written when there are several passes
  for (std::uint32_t p = 0; p <= more; ++p) {
    if constexpr (Op == RP_OP_READ) {
      arrays.a = a + p * blocks;
      pass(arrays, begin, end);
      continue;
    }
    T* const to = p % 2 == 0 ? a : b;
    const T* const from = p % 2 == 0 ? b : a;
    if constexpr (Op == RP_OP_TRIAD) {
      arrays.a = to;
      arrays.b = from;
      arrays.q = kernels::stream_pass_factor(p);
      pass(arrays, begin, end);
      continue;
    }
    const auto copy = [&](std::uint64_t at, std::uint64_t source, std::uint64_t count) {
      arrays.a = to + at;
      arrays.b = from + source;
      pass(arrays, 0, count);
    };
    for (std::uint64_t block = begin; block < end; block += kernels::kStreamBlock) {
      const std::uint64_t length = std::min(kernels::kStreamBlock, end - block);
      const std::uint64_t shift = kernels::kStreamShift % length;
      copy(block + shift, block, length - shift);
      copy(block, block + length - shift, shift);  // what moves past the end comes back at the begin
    }
  }
}

}  // namespace

void check_stream(const void* bytes, InstructionSet set) {
  const bool streaming = copied(bytes).stores == RP_STORES_STREAMING;
  if (streaming && stream_pass(set, RP_OP_COPY, RP_F64, streaming) == nullptr) {
    throw kernels::Failure(RP_UNSUPPORTED, "no stores past the caches with the instruction set \"" +
                                               std::string(name_of(set)) + "\"");
  }
}

template <rp_op Op, rp_dtype Dtype>
Job prepare_stream(const DeviceMemory& memory, const void* bytes) {
  const rp_stream_params params = copied(bytes);
  constexpr kernels::StreamShape kShape = kernels::stream_shape(Op);
  constexpr std::uint64_t kElement = kernels::element_bytes(Dtype);
  StreamArrays arrays{nullptr, nullptr, nullptr, params.q, asks_ahead()};
  const auto regions = kernels::stream_regions(Op, kElement, params);
  arrays.a = memory.translate(regions[0].memory, regions[0].bytes);
  if (kShape.has_b) arrays.b = memory.translate(regions[1].memory, regions[1].bytes);
  if (kShape.has_c) arrays.c = memory.translate(regions[2].memory, regions[2].bytes);
  return [arrays, count = params.count, stores = params.stores, more = params.more_passes](ThreadPool& pool) {
    // Whole blocks of a sum, or a page: the same division as at the first touch.
    constexpr std::uint64_t kGrain = kShape.sums ? kernels::kStreamBlock : 4096 / kElement;
    const StreamPass pass = stream_pass(pool.instruction_set(), Op, Dtype, stores == RP_STORES_STREAMING);
    if constexpr (kShape.passes) {
      if (more > 0) {
        using Element = std::conditional_t<Dtype == RP_F32, float,
                                           std::conditional_t<Dtype == RP_F64, double, std::uint64_t>>;
        pool.parallel_for(0, count, kernels::kStreamBlock, [&](std::uint64_t begin, std::uint64_t end) {
          several_passes<Op, Element>(pass, arrays, more, kernels::stream_outputs(Op, count), begin, end);
        });
        return;
      }
    }
    pool.parallel_for(0, count, kGrain,
                      [&](std::uint64_t begin, std::uint64_t end) { pass(arrays, begin, end); });
  };
}

#define RP_FLOAT_OPERATION(op)                                               \
  template Job prepare_stream<op, RP_F64>(const DeviceMemory&, const void*); \
  template Job prepare_stream<op, RP_F32>(const DeviceMemory&, const void*)
RP_FLOAT_OPERATION(RP_OP_COPY);
RP_FLOAT_OPERATION(RP_OP_SCALE);
RP_FLOAT_OPERATION(RP_OP_ADD);
RP_FLOAT_OPERATION(RP_OP_TRIAD);
RP_FLOAT_OPERATION(RP_OP_DOT);
RP_FLOAT_OPERATION(RP_OP_NSTREAM);
RP_FLOAT_OPERATION(RP_OP_WRITE);
RP_FLOAT_OPERATION(RP_OP_UPDATE);
template Job prepare_stream<RP_OP_READ, RP_U64>(const DeviceMemory&, const void*);

}  // namespace rackproof::cpu
