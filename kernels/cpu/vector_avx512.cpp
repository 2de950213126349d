// The vector loops of all memory kernels and of the peak for AVX-512.
#if defined(__x86_64__)

#include <immintrin.h>

#include <cstdint>

#define RP_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")))

namespace rackproof::cpu {
namespace {

constexpr std::uint64_t kVectorBytes = 64;
constexpr bool kHasStreamingStores = true;

template <class T, class V>
RP_TARGET [[gnu::always_inline]] inline void stream_store(T* to, V value) {
  _mm512_stream_si512(reinterpret_cast<__m512i*>(to), reinterpret_cast<__m512i>(value));
}

[[gnu::always_inline]] inline void stream_fence() { _mm_sfence(); }

constexpr int kFmaRegisters = 16;

RP_TARGET [[gnu::always_inline]] inline __m512d fused(__m512d a, __m512d x, __m512d b) {
  return _mm512_fmadd_pd(a, x, b);
}
RP_TARGET [[gnu::always_inline]] inline __m512 fused(__m512 a, __m512 x, __m512 b) {
  return _mm512_fmadd_ps(a, x, b);
}

}  // namespace
}  // namespace rackproof::cpu

#include "kernels/cpu/fma_pass_of.hpp"
#include "kernels/cpu/march_pass_of.hpp"
#include "kernels/cpu/stream_pass_of.hpp"

namespace rackproof::cpu {

StreamPass stream_pass_avx512(rp_op op, rp_dtype dtype, bool streaming) {
  return pass_of(op, dtype, streaming);
}

MarchPass march_pass_avx512(std::uint32_t read, std::uint32_t write, bool descending) {
  return march_pass_of(read, write, descending);
}

template <class T>
FmaPass<T> fma_pass_avx512() {
  return fma_pass<T>;
}
template FmaPass<double> fma_pass_avx512();
template FmaPass<float> fma_pass_avx512();

}  // namespace rackproof::cpu

#endif
