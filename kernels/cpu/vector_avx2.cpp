// The vector loops of all memory kernels and of the peak for AVX2.
#if defined(__x86_64__)

#include <immintrin.h>

#include <cstdint>

#define RP_TARGET __attribute__((target("avx2,fma")))

namespace rackproof::cpu {
namespace {

constexpr std::uint64_t kVectorBytes = 32;
constexpr bool kHasStreamingStores = true;

template <class T, class V>
RP_TARGET [[gnu::always_inline]] inline void stream_store(T* to, V value) {
  _mm256_stream_si256(reinterpret_cast<__m256i*>(to), reinterpret_cast<__m256i>(value));
}

[[gnu::always_inline]] inline void stream_fence() { _mm_sfence(); }

constexpr int kFmaRegisters = 13;

RP_TARGET [[gnu::always_inline]] inline __m256d fused(__m256d a, __m256d x, __m256d b) {
  return _mm256_fmadd_pd(a, x, b);
}
RP_TARGET [[gnu::always_inline]] inline __m256 fused(__m256 a, __m256 x, __m256 b) {
  return _mm256_fmadd_ps(a, x, b);
}

}  // namespace
}  // namespace rackproof::cpu

#include "kernels/cpu/fma_pass_of.hpp"
#include "kernels/cpu/march_pass_of.hpp"
#include "kernels/cpu/stream_pass_of.hpp"

namespace rackproof::cpu {

StreamPass stream_pass_avx2(rp_op op, rp_dtype dtype, bool streaming) {
  return pass_of(op, dtype, streaming);
}

MarchPass march_pass_avx2(std::uint32_t read, std::uint32_t write, bool descending) {
  return march_pass_of(read, write, descending);
}

template <class T>
FmaPass<T> fma_pass_avx2() {
  return fma_pass<T>;
}
template FmaPass<double> fma_pass_avx2();
template FmaPass<float> fma_pass_avx2();

}  // namespace rackproof::cpu

#endif
