// The passes of the stream kernels, compiled once per instruction set. The file that includes this defines before it,
// in an unnamed namespace (no set may get the functions of another one from the linker):
//   RP_TARGET              attribute of every function
//   kVectorBytes           bytes of a vector register
//   kHasStreamingStores
//   stream_store(to, v)    stores a vector at an aligned address, past the caches
//   stream_fence()         orders streaming stores before what follows
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/cpu/stream_pass.hpp"
#include "kernels/stream.h"

#define RP_INLINE RP_TARGET [[gnu::always_inline]] inline

namespace rackproof::cpu {
namespace {

/// What one step works on: a vector, or one element at the ends of a range.
template <class T>
struct Lanes {
  static constexpr std::uint64_t kCount = kVectorBytes / sizeof(T);
  typedef T Value __attribute__((vector_size(kVectorBytes)));
};
template <class T>
struct One {
  static constexpr std::uint64_t kCount = 1;
  using Value = T;
};

template <class Step, class T>
RP_INLINE typename Step::Value load(const T* from) {
  typename Step::Value value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <rp_op Op, class Step, class T>
RP_INLINE typename Step::Value result(const T* a, const T* b, const T* c, T q) {
  if constexpr (Op == RP_OP_COPY) {
    return load<Step>(b);
  } else if constexpr (Op == RP_OP_SCALE) {
    return q * load<Step>(b);
  } else if constexpr (Op == RP_OP_ADD) {
    return load<Step>(b) + load<Step>(c);
  } else if constexpr (Op == RP_OP_TRIAD) {
    return load<Step>(b) + q * load<Step>(c);
  } else if constexpr (Op == RP_OP_NSTREAM) {
    return load<Step>(a) + (load<Step>(b) + q * load<Step>(c));
  } else if constexpr (Op == RP_OP_UPDATE) {
    return q * load<Step>(a);
  } else {
    static_assert(Op == RP_OP_WRITE);
    return q - typename Step::Value{};  // in every lane, and q - 0 is q
  }
}

constexpr std::uint64_t kLine = 64;

/// How a vector of the output gets to memory.
enum class Store {
  cached,    ///< several lines of each array a round
  by_line,   ///< one line of each array a round
  fetched,   ///< as cached, and the line is asked for ahead
  streaming  ///< past the caches
};

/// Bytes between a store and the line that is asked for.
constexpr std::uint64_t kFetchAhead = 1024;
/// Bytes of the output in one thread from which on it comes from memory: more than a cache of a core. There the CPU decides
/// between fetched and by_line (StreamArrays::ask_ahead); in a cache both cost.
constexpr std::uint64_t kFromMemory = 4u << 20;

/// Unroll steps from i on: all loads come before the first store.
template <rp_op Op, class Step, int Unroll, Store Kind, class T>
RP_INLINE void steps(T* a, const T* b, const T* c, T q, std::uint64_t i) {
  if constexpr (Kind == Store::fetched) {
#pragma GCC unroll 8
    for (std::uint64_t line = 0; line < Unroll * sizeof(typename Step::Value); line += kLine)
      __builtin_prefetch(reinterpret_cast<const std::byte*>(a + i) + kFetchAhead + line, 1);
  }
  typename Step::Value values[Unroll];
#pragma GCC unroll 8
  for (int u = 0; u < Unroll; ++u) {
    const std::uint64_t at = i + static_cast<std::uint64_t>(u) * Step::kCount;
    values[u] = result<Op, Step>(a + at, b + at, c + at, q);
  }
#pragma GCC unroll 8
  for (int u = 0; u < Unroll; ++u) {
    T* const to = a + i + static_cast<std::uint64_t>(u) * Step::kCount;
    if constexpr (Kind == Store::streaming) {
      stream_store(to, values[u]);
    } else {
      std::memcpy(to, &values[u], sizeof values[u]);
    }
  }
}

/// Returns where the last whole round of vectors ends.
template <rp_op Op, class T, Store Kind>
RP_INLINE std::uint64_t rounds(T* a, const T* b, const T* c, T q, std::uint64_t i, std::uint64_t end) {
  constexpr int kUnroll = Kind == Store::by_line ? kLine / kVectorBytes : 4;
  constexpr std::uint64_t kRound = kUnroll * Lanes<T>::kCount;
  for (; end - i >= kRound; i += kRound) steps<Op, Lanes<T>, kUnroll, Kind>(a, b, c, q, i);
  return i;
}

template <rp_op Op, class T, bool Streaming>
RP_TARGET void element_pass(const StreamArrays& arrays, std::uint64_t begin, std::uint64_t end) {
  T* const a = static_cast<T*>(arrays.a);
  const T* const b = static_cast<const T*>(arrays.b);
  const T* const c = static_cast<const T*>(arrays.c);
  const T q = static_cast<T>(arrays.q);
  // Whole cache lines of the output: a store over two lines costs twice, a streaming store cannot be there.
  const std::uint64_t past = reinterpret_cast<std::uintptr_t>(a + begin) % kLine / sizeof(T);
  const std::uint64_t aligned = std::min(end, begin + (past == 0 ? 0 : kLine / sizeof(T) - past));
  std::uint64_t i = begin;
  for (; i < aligned; ++i) steps<Op, One<T>, 1, Store::cached>(a, b, c, q, i);
  if constexpr (Streaming) {
    i = rounds<Op, T, Store::streaming>(a, b, c, q, i, end);
    stream_fence();
  } else if ((end - begin) * sizeof(T) < kFromMemory) {
    i = rounds<Op, T, Store::cached>(a, b, c, q, i, end);
  } else if (!arrays.ask_ahead) {
    i = rounds<Op, T, Store::by_line>(a, b, c, q, i, end);
  } else if (!kernels::stream_shape(Op).reads_a) {
    i = rounds<Op, T, Store::fetched>(a, b, c, q, i, end);
  } else {
    i = rounds<Op, T, Store::cached>(a, b, c, q, i, end);
  }
  for (; i < end; ++i) steps<Op, One<T>, 1, Store::cached>(a, b, c, q, i);
}

/// Terms of a sum: b·c for dot, b for read.
template <rp_op Op, class Step, class T>
RP_INLINE typename Step::Value term(const T* b, const T* c) {
  if constexpr (Op == RP_OP_DOT) {
    return load<Step>(b) * load<Step>(c);
  } else {
    return load<Step>(b);
  }
}

/// Several sums at once, so that no addition waits for the one before it.
template <rp_op Op, class T>
RP_INLINE T block_sum(const T* b, const T* c, std::uint64_t count) {
  constexpr int kSums = 8;
  constexpr std::uint64_t kLanes = Lanes<T>::kCount;
  typename Lanes<T>::Value sums[kSums]{};
  std::uint64_t i = 0;
  for (; count - i >= kSums * kLanes; i += kSums * kLanes) {
#pragma GCC unroll 8
    for (int u = 0; u < kSums; ++u) {
      const std::uint64_t at = i + static_cast<std::uint64_t>(u) * kLanes;
      sums[u] += term<Op, Lanes<T>>(b + at, c + at);
    }
  }
  for (int u = 1; u < kSums; ++u) sums[0] += sums[u];
  T sum{};
  for (std::uint64_t lane = 0; lane < kLanes; ++lane) sum += sums[0][lane];
  for (; i < count; ++i) sum += term<Op, One<T>>(b + i, c + i);
  return sum;
}

template <rp_op Op, class T>
RP_TARGET void sum_pass(const StreamArrays& arrays, std::uint64_t begin, std::uint64_t end) {
  T* const a = static_cast<T*>(arrays.a);
  const T* const b = static_cast<const T*>(arrays.b);
  const T* const c = static_cast<const T*>(arrays.c);
  for (std::uint64_t i = begin; i < end; i += kernels::kStreamBlock) {
    a[i / kernels::kStreamBlock] = block_sum<Op>(b + i, c + i, std::min(kernels::kStreamBlock, end - i));
  }
}

template <rp_op Op, class T>
StreamPass element_pass_with(bool streaming) {
  if (!streaming) return element_pass<Op, T, false>;
  if constexpr (kHasStreamingStores && kernels::stream_shape(Op).streaming) {
    return element_pass<Op, T, true>;
  } else {
    return nullptr;
  }
}

template <class T>
StreamPass float_pass(rp_op op, bool streaming) {
  switch (op) {
    case RP_OP_COPY:
      return element_pass_with<RP_OP_COPY, T>(streaming);
    case RP_OP_SCALE:
      return element_pass_with<RP_OP_SCALE, T>(streaming);
    case RP_OP_ADD:
      return element_pass_with<RP_OP_ADD, T>(streaming);
    case RP_OP_TRIAD:
      return element_pass_with<RP_OP_TRIAD, T>(streaming);
    case RP_OP_NSTREAM:
      return element_pass_with<RP_OP_NSTREAM, T>(streaming);
    case RP_OP_UPDATE:
      return element_pass_with<RP_OP_UPDATE, T>(streaming);
    case RP_OP_WRITE:
      return element_pass_with<RP_OP_WRITE, T>(streaming);
    case RP_OP_DOT:
      return streaming ? nullptr : sum_pass<RP_OP_DOT, T>;
    default:
      return nullptr;
  }
}

StreamPass pass_of(rp_op op, rp_dtype dtype, bool streaming) {
  if (dtype == RP_F64) return float_pass<double>(op, streaming);
  if (dtype == RP_F32) return float_pass<float>(op, streaming);
  return op == RP_OP_READ && !streaming ? sum_pass<RP_OP_READ, std::uint64_t> : nullptr;
}

}  // namespace
}  // namespace rackproof::cpu
