// kernels/stream.h on the device. Accesses of 16 bytes where the arrays allow it, element by element otherwise.
#include "kernels/stream.h"

#include <algorithm>
#include <utility>

#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/reduce.cuh"

namespace rackproof::cuda {
namespace {

using simt::Pack;

constexpr std::uint32_t kThreads = 256;
constexpr std::uint32_t kPacks = 4;  // per thread, so that enough bytes are under way

template <rp_op Op, class T>
__device__ T answer(T a, T b, T c, T q) {
  if constexpr (Op == RP_OP_COPY) return b;
  if constexpr (Op == RP_OP_SCALE) return q * b;
  if constexpr (Op == RP_OP_ADD) return b + c;
  if constexpr (Op == RP_OP_TRIAD) return b + q * c;
  if constexpr (Op == RP_OP_NSTREAM) return a + (b + q * c);
  if constexpr (Op == RP_OP_UPDATE) return q * a;
  if constexpr (Op == RP_OP_WRITE) return q;
}

template <rp_op Op, bool Streaming, class T, int W>
__device__ void store(Pack<T, W>* to, const Pack<T, W>& a, const Pack<T, W>& b, const Pack<T, W>& c, T q) {
  Pack<T, W> pack;
  SIMT_UNROLL
  for (int k = 0; k < W; ++k) pack.values[k] = answer<Op, T>(a.values[k], b.values[k], c.values[k], q);
  if constexpr (Streaming) {
    simt::store_streaming(to, pack);
  } else {
    *to = pack;
  }
}

/// A block works on kThreads · kPacks packs; the first one also on the `rest` elements (fewer than W) behind the last pack.
template <rp_op Op, bool Streaming, class T, int W>
__global__ void __launch_bounds__(kThreads)
    element_wise(Pack<T, W>* a, const Pack<T, W>* b, const Pack<T, W>* c, T q, std::uint64_t packs,
                 std::uint32_t rest) {
  constexpr kernels::StreamShape shape = kernels::stream_shape(Op);
  const std::uint64_t first = std::uint64_t{blockIdx.x} * (kThreads * kPacks) + threadIdx.x;
  Pack<T, W> was[kPacks]{}, x[kPacks]{}, y[kPacks]{};
  SIMT_UNROLL
  for (std::uint32_t k = 0; k < kPacks; ++k) {
    const std::uint64_t i = first + k * kThreads;
    if (i >= packs) break;
    if constexpr (shape.reads_a) was[k] = a[i];
    if constexpr (shape.has_b) x[k] = b[i];
    if constexpr (shape.has_c) y[k] = c[i];
  }
  SIMT_UNROLL
  for (std::uint32_t k = 0; k < kPacks; ++k) {
    const std::uint64_t i = first + k * kThreads;
    if (i >= packs) break;
    store<Op, Streaming>(a + i, was[k], x[k], y[k], q);
  }
  if (blockIdx.x == 0 && threadIdx.x < rest) {
    T* const last = a[packs].values + threadIdx.x;
    *last = answer<Op, T>(shape.reads_a ? *last : T{}, shape.has_b ? b[packs].values[threadIdx.x] : T{},
                          shape.has_c ? c[packs].values[threadIdx.x] : T{}, q);
  }
}

/// Block j of threads sums up block j of elements, always in the same order.
template <rp_op Op, class T, int W>
__global__ void __launch_bounds__(kThreads)
    block_sums(T* a, const Pack<T, W>* b, const Pack<T, W>* c, std::uint64_t count) {
  constexpr auto kElements = static_cast<std::uint32_t>(kernels::kStreamBlock);
  const std::uint64_t begin = std::uint64_t{blockIdx.x} * kElements;
  const auto here = static_cast<std::uint32_t>(std::min<std::uint64_t>(count - begin, kElements));
  b += begin / W;
  c += begin / W;
  T sum{};
  SIMT_UNROLL
  for (std::uint32_t k = 0; k < kElements / W / kThreads; ++k) {
    const std::uint32_t i = threadIdx.x + k * kThreads;
    if (i >= here / W) break;
    const Pack<T, W> x = b[i];
    if constexpr (Op == RP_OP_DOT) {
      const Pack<T, W> y = c[i];
      for (int w = 0; w < W; ++w) sum += x.values[w] * y.values[w];
    } else {
      for (int w = 0; w < W; ++w) sum += x.values[w];
    }
  }
  const std::uint32_t rest = here % W;
  if (threadIdx.x < rest) {
    const T x = b[here / W].values[threadIdx.x];
    sum += Op == RP_OP_DOT ? x * c[here / W].values[threadIdx.x] : x;
  }
  sum = block_reduce<kThreads>(sum, Sum{});
  if (threadIdx.x == 0) a[blockIdx.x] = sum;
}

/// A pass of several copies: block j of threads moves on the elements of block j by kStreamShift.
template <class T, int W>
__global__ void __launch_bounds__(kThreads) moving_copy(T* to, const T* from, std::uint64_t count) {
  constexpr auto kElements = static_cast<std::uint32_t>(kernels::kStreamBlock);
  constexpr auto kShift = static_cast<std::uint32_t>(kernels::kStreamShift);
  static_assert(kElements % (W * kThreads) == 0 && kShift % W == 0, "packs stay whole");
  const std::uint64_t begin = std::uint64_t{blockIdx.x} * kElements;
  const auto length = static_cast<std::uint32_t>(std::min<std::uint64_t>(count - begin, kElements));
  to += begin;
  from += begin;
  if (length == kElements) {
    constexpr std::uint32_t kPacksOfBlock = kElements / W;
    const auto* const in = reinterpret_cast<const Pack<T, W>*>(from);
    auto* const out = reinterpret_cast<Pack<T, W>*>(to);
    Pack<T, W> x[kPacksOfBlock / kThreads];
    SIMT_UNROLL
    for (std::uint32_t k = 0; k < kPacksOfBlock / kThreads; ++k) x[k] = in[threadIdx.x + k * kThreads];
    SIMT_UNROLL
    for (std::uint32_t k = 0; k < kPacksOfBlock / kThreads; ++k)
      out[(threadIdx.x + k * kThreads + kShift / W) % kPacksOfBlock] = x[k];
  } else {
    for (std::uint32_t i = threadIdx.x; i < length; i += kThreads) to[(i + kShift) % length] = from[i];
  }
}

template <class T>
struct Arrays {
  T* a;
  T* b;
  const T* c;
  T q;
  std::uint64_t count;
};

template <rp_op Op, int W, class T>
int start(const Arrays<T>& arrays, bool streaming, CUstream_st* stream) {
  auto* const a = reinterpret_cast<Pack<T, W>*>(arrays.a);
  const auto* const b = reinterpret_cast<const Pack<T, W>*>(arrays.b);
  const auto* const c = reinterpret_cast<const Pack<T, W>*>(arrays.c);
  if constexpr (kernels::stream_shape(Op).sums) {
    const std::uint64_t blocks = kernels::stream_outputs(Op, arrays.count);
    return simt::launch(block_sums<Op, T, W>, blocks, kThreads, stream, arrays.a, b, c, arrays.count);
  } else {
    const std::uint64_t packs = arrays.count / W;
    const auto rest = static_cast<std::uint32_t>(arrays.count % W);
    constexpr std::uint64_t kTile = kThreads * kPacks * W;  // elements of a block
    const std::uint64_t blocks = (arrays.count + kTile - 1) / kTile;
    if constexpr (kernels::stream_shape(Op).streaming) {
      if (streaming)
        return simt::launch(element_wise<Op, true, T, W>, blocks, kThreads, stream, a, b, c, arrays.q, packs,
                            rest);
    }
    return simt::launch(element_wise<Op, false, T, W>, blocks, kThreads, stream, a, b, c, arrays.q, packs,
                        rest);
  }
}

/// Several passes, one after the other.
template <rp_op Op, int W, class T>
int start_passes(Arrays<T> arrays, std::uint32_t passes, CUstream_st* stream) {
  // A block of elements has one sum in a read, and one block of threads in a copy.
  const std::uint64_t blocks = kernels::stream_outputs(RP_OP_READ, arrays.count);
  for (std::uint32_t p = 0; p < passes; ++p) {
    int error = 0;
    if constexpr (Op == RP_OP_TRIAD) arrays.q = static_cast<T>(kernels::stream_pass_factor(p));
    if constexpr (Op == RP_OP_COPY) {
      error = simt::launch(moving_copy<T, W>, blocks, kThreads, stream, arrays.a, arrays.b, arrays.count);
    } else {
      error = start<Op, W>(arrays, false, stream);
    }
    if (error != 0) return error;
    if constexpr (kernels::stream_shape(Op).sums) {
      arrays.a += blocks;
    } else {
      std::swap(arrays.a, arrays.b);
    }
  }
  return 0;
}

template <rp_op Op, class T>
int start(const rp_stream_params& params, const Launch& launch) {
  constexpr kernels::StreamShape shape = kernels::stream_shape(Op);
  const Arrays<T> arrays{elements<T>(launch, params.a), shape.has_b ? elements<T>(launch, params.b) : nullptr,
                         shape.has_c ? elements<T>(launch, params.c) : nullptr, static_cast<T>(params.q),
                         params.count};
  const auto aligned = [](const T* pointer) { return reinterpret_cast<std::uintptr_t>(pointer) % 16 == 0; };
  const bool streaming = params.stores == RP_STORES_STREAMING;
  const bool packs = (shape.sums || aligned(arrays.a)) && aligned(arrays.b) && aligned(arrays.c);
  constexpr int kWide = 16 / sizeof(T);
  if constexpr (shape.passes) {
    if (params.more_passes > 0) {
      const std::uint32_t passes = params.more_passes + 1;
      return packs ? start_passes<Op, kWide>(arrays, passes, launch.stream)
                   : start_passes<Op, 1>(arrays, passes, launch.stream);
    }
  }
  return packs ? start<Op, kWide>(arrays, streaming, launch.stream)
               : start<Op, 1>(arrays, streaming, launch.stream);
}

}  // namespace

template <class T>
int launch_stream(rp_op op, const rp_stream_params& params, const Launch& launch) {
  switch (op) {
    case RP_OP_COPY:
      return start<RP_OP_COPY, T>(params, launch);
    case RP_OP_SCALE:
      return start<RP_OP_SCALE, T>(params, launch);
    case RP_OP_ADD:
      return start<RP_OP_ADD, T>(params, launch);
    case RP_OP_TRIAD:
      return start<RP_OP_TRIAD, T>(params, launch);
    case RP_OP_NSTREAM:
      return start<RP_OP_NSTREAM, T>(params, launch);
    case RP_OP_UPDATE:
      return start<RP_OP_UPDATE, T>(params, launch);
    case RP_OP_WRITE:
      return start<RP_OP_WRITE, T>(params, launch);
    default:
      return start<RP_OP_DOT, T>(params, launch);
  }
}

template <>
int launch_stream<std::uint64_t>(rp_op, const rp_stream_params& params, const Launch& launch) {
  return start<RP_OP_READ, std::uint64_t>(params, launch);
}

template int launch_stream<double>(rp_op op, const rp_stream_params& params, const Launch& launch);
template int launch_stream<float>(rp_op op, const rp_stream_params& params, const Launch& launch);

}  // namespace rackproof::cuda
