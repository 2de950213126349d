#include "kernels/cpu/stream_kernels.hpp"

#include <cstring>

#include "kernels/regions.h"
#include "kernels/stream.h"

// One build runs on every x86-64 machine and uses what the CPU has. The choice is made when the library is
// loaded, before ThreadSanitizer is ready for it.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define RP_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define RP_CLONES
#endif

namespace rackproof::cpu {
namespace detail {

template <class T>
struct Arrays {
  T* a;
  const T* b;
  const T* c;
  T q;
};

template <class T>
[[gnu::always_inline]] inline void pass(rp_op op, const Arrays<T>& arrays, std::uint64_t begin,
                                        std::uint64_t end) {
  T* __restrict a = arrays.a;
  const T* __restrict b = arrays.b;
  const T* __restrict c = arrays.c;
  const T q = arrays.q;
  switch (op) {
    case RP_OP_COPY:
      for (std::uint64_t i = begin; i < end; ++i) a[i] = b[i];
      break;
    case RP_OP_SCALE:
      for (std::uint64_t i = begin; i < end; ++i) a[i] = q * b[i];
      break;
    case RP_OP_ADD:
      for (std::uint64_t i = begin; i < end; ++i) a[i] = b[i] + c[i];
      break;
    default:
      for (std::uint64_t i = begin; i < end; ++i) a[i] = b[i] + q * c[i];
  }
}

RP_CLONES void pass_all(rp_op op, const Arrays<double>& arrays, std::uint64_t begin, std::uint64_t end) {
  pass(op, arrays, begin, end);
}

RP_CLONES void pass_all(rp_op op, const Arrays<float>& arrays, std::uint64_t begin, std::uint64_t end) {
  pass(op, arrays, begin, end);
}

}  // namespace detail

template <rp_op Op, class T>
Job prepare_stream(const DeviceMemory& memory, const void* bytes) {
  rp_stream_params params;
  std::memcpy(&params, bytes, sizeof params);
  detail::Arrays<T> arrays{nullptr, nullptr, nullptr, static_cast<T>(params.q)};
  const auto regions = kernels::stream_regions(Op, sizeof(T), params);
  arrays.a = reinterpret_cast<T*>(memory.translate(regions[0].memory, regions[0].bytes));
  arrays.b = reinterpret_cast<const T*>(memory.translate(regions[1].memory, regions[1].bytes));
  if constexpr (Op == RP_OP_ADD || Op == RP_OP_TRIAD) {
    arrays.c = reinterpret_cast<const T*>(memory.translate(regions[2].memory, regions[2].bytes));
  }
  return [arrays, count = params.count](ThreadPool& pool) {
    constexpr std::uint64_t kGrain = 4096 / sizeof(T);  // a page: the same division as at the first touch
    pool.parallel_for(0, count, kGrain, [&](std::uint64_t begin, std::uint64_t end) {
      detail::pass_all(Op, arrays, begin, end);
    });
  };
}

template Job prepare_stream<RP_OP_COPY, double>(const DeviceMemory&, const void*);
template Job prepare_stream<RP_OP_COPY, float>(const DeviceMemory&, const void*);
template Job prepare_stream<RP_OP_SCALE, double>(const DeviceMemory&, const void*);
template Job prepare_stream<RP_OP_SCALE, float>(const DeviceMemory&, const void*);
template Job prepare_stream<RP_OP_ADD, double>(const DeviceMemory&, const void*);
template Job prepare_stream<RP_OP_ADD, float>(const DeviceMemory&, const void*);
template Job prepare_stream<RP_OP_TRIAD, double>(const DeviceMemory&, const void*);
template Job prepare_stream<RP_OP_TRIAD, float>(const DeviceMemory&, const void*);

}  // namespace rackproof::cpu
