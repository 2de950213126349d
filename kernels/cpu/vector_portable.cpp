// The vector loops of all memory kernels and of the peak for any CPU: vectors of 16 bytes, which are SSE2, NEON or what
// the compiler makes of them.
#include <cmath>
#include <cstdint>

#if defined(__aarch64__)
#include <arm_neon.h>
#endif

#define RP_TARGET

namespace rackproof::cpu {
namespace {

constexpr std::uint64_t kVectorBytes = 16;
constexpr bool kHasStreamingStores = false;

// Names for the branches that are not taken.
template <class T, class V>
void stream_store(T* to, V value);
inline void stream_fence() {}

constexpr int kFmaRegisters =
    24;  // of 32, as AArch64 has; where there are fewer, the fused operation is missing as well

#if defined(__aarch64__)
template <class V>
[[gnu::always_inline]] inline V fused(V a, V x, V b) {
  if constexpr (sizeof(a[0]) == sizeof(double)) {
    return reinterpret_cast<V>(vfmaq_f64(reinterpret_cast<float64x2_t>(b), reinterpret_cast<float64x2_t>(a),
                                         reinterpret_cast<float64x2_t>(x)));
  } else {
    return reinterpret_cast<V>(vfmaq_f32(reinterpret_cast<float32x4_t>(b), reinterpret_cast<float32x4_t>(a),
                                         reinterpret_cast<float32x4_t>(x)));
  }
}
#else
/// A function in every lane, where the baseline has no instruction: right, not fast.
template <class V>
[[gnu::always_inline]] inline V fused(V a, V x, V b) {
  V result;
#pragma GCC unroll 4
  for (unsigned lane = 0; lane < sizeof(V) / sizeof(a[0]); ++lane)
    result[lane] = std::fma(a[lane], x[lane], b[lane]);
  return result;
}
#endif

}  // namespace
}  // namespace rackproof::cpu

#include "kernels/cpu/fma_pass_of.hpp"
#include "kernels/cpu/march_pass_of.hpp"
#include "kernels/cpu/stream_pass_of.hpp"

namespace rackproof::cpu {

StreamPass stream_pass_portable(rp_op op, rp_dtype dtype, bool streaming) {
  return pass_of(op, dtype, streaming);
}

MarchPass march_pass_portable(std::uint32_t read, std::uint32_t write, bool descending) {
  return march_pass_of(read, write, descending);
}

template <class T>
FmaPass<T> fma_pass_portable() {
  return fma_pass<T>;
}
template FmaPass<double> fma_pass_portable();
template FmaPass<float> fma_pass_portable();

}  // namespace rackproof::cpu
