#include "kernels/cpu/fma.hpp"

#include <cmath>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "kernels/fma.h"
#include "kernels/regions.h"

namespace rackproof::cpu {
namespace {

constexpr std::uint64_t kChainsAtATime = 256;

// A loop keeps so many independent vectors in registers that no unit ever waits for a result: at least latency ×
// units, which is 8 on today's x86 cores and 10 on Haswell. AVX-512 has 32 registers, AVX2 has 16; a and b take two.
#if defined(__x86_64__)

#define RP_AVX512 __attribute__((target("avx512f")))
#define RP_AVX2 __attribute__((target("avx2,fma")))

namespace avx512 {

RP_AVX512 inline __m512d load(const double* from) { return _mm512_loadu_pd(from); }
RP_AVX512 inline __m512 load(const float* from) { return _mm512_loadu_ps(from); }
RP_AVX512 inline void store(double* to, __m512d x) { _mm512_storeu_pd(to, x); }
RP_AVX512 inline void store(float* to, __m512 x) { _mm512_storeu_ps(to, x); }
RP_AVX512 inline __m512d all(double x) { return _mm512_set1_pd(x); }
RP_AVX512 inline __m512 all(float x) { return _mm512_set1_ps(x); }
RP_AVX512 inline __m512d fused(__m512d a, __m512d x, __m512d b) { return _mm512_fmadd_pd(a, x, b); }
RP_AVX512 inline __m512 fused(__m512 a, __m512 x, __m512 b) { return _mm512_fmadd_ps(a, x, b); }

template <int Vectors, class T>
RP_AVX512 void loop(T* values, std::uint64_t rounds, T a, T b) {
  constexpr int kLanes = 64 / static_cast<int>(sizeof(T));
  const auto va = all(a);
  const auto vb = all(b);
  decltype(all(a)) x[Vectors];
#pragma GCC unroll 16
  for (int v = 0; v < Vectors; ++v) x[v] = load(values + v * kLanes);
  for (std::uint64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 16
    for (int v = 0; v < Vectors; ++v) x[v] = fused(va, x[v], vb);
  }
#pragma GCC unroll 16
  for (int v = 0; v < Vectors; ++v) store(values + v * kLanes, x[v]);
}

void chains(double* values, std::uint64_t rounds, double a, double b) {
  loop<16>(values, rounds, a, b);
  loop<16>(values + 128, rounds, a, b);
}

void chains(float* values, std::uint64_t rounds, float a, float b) { loop<16>(values, rounds, a, b); }

}  // namespace avx512

namespace avx2 {

RP_AVX2 inline __m256d load(const double* from) { return _mm256_loadu_pd(from); }
RP_AVX2 inline __m256 load(const float* from) { return _mm256_loadu_ps(from); }
RP_AVX2 inline void store(double* to, __m256d x) { _mm256_storeu_pd(to, x); }
RP_AVX2 inline void store(float* to, __m256 x) { _mm256_storeu_ps(to, x); }
RP_AVX2 inline __m256d all(double x) { return _mm256_set1_pd(x); }
RP_AVX2 inline __m256 all(float x) { return _mm256_set1_ps(x); }
RP_AVX2 inline __m256d fused(__m256d a, __m256d x, __m256d b) { return _mm256_fmadd_pd(a, x, b); }
RP_AVX2 inline __m256 fused(__m256 a, __m256 x, __m256 b) { return _mm256_fmadd_ps(a, x, b); }

/// Returns the first value that it left alone.
template <int Vectors, class T>
RP_AVX2 T* loop(T* values, std::uint64_t rounds, T a, T b) {
  constexpr int kLanes = 32 / static_cast<int>(sizeof(T));
  const auto va = all(a);
  const auto vb = all(b);
  decltype(all(a)) x[Vectors];
#pragma GCC unroll 16
  for (int v = 0; v < Vectors; ++v) x[v] = load(values + v * kLanes);
  for (std::uint64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 16
    for (int v = 0; v < Vectors; ++v) x[v] = fused(va, x[v], vb);
  }
#pragma GCC unroll 16
  for (int v = 0; v < Vectors; ++v) store(values + v * kLanes, x[v]);
  return values + Vectors * kLanes;
}

// 256 chains are 64 vectors of doubles or 32 of floats.
void chains(double* values, std::uint64_t rounds, double a, double b) {
  for (int i = 0; i < 4; ++i) values = loop<13>(values, rounds, a, b);
  loop<12>(values, rounds, a, b);
}

void chains(float* values, std::uint64_t rounds, float a, float b) {
  values = loop<11>(values, rounds, a, b);
  values = loop<11>(values, rounds, a, b);
  loop<10>(values, rounds, a, b);
}

}  // namespace avx2

#undef RP_AVX512
#undef RP_AVX2
#endif

namespace portable {

template <class T>
void chains(T* values, std::uint64_t rounds, T a, T b) {
  constexpr std::uint64_t kTogether = 128 / sizeof(T);
  for (std::uint64_t at = 0; at < kChainsAtATime; at += kTogether) {
    T x[kTogether];
    std::memcpy(x, values + at, sizeof x);
    for (std::uint64_t round = 0; round < rounds; ++round) {
      for (T& value : x) value = std::fma(a, value, b);
    }
    std::memcpy(values + at, x, sizeof x);
  }
}

}  // namespace portable

/// kChainsAtATime values, `rounds` times each.
template <class T>
using Chains = void (*)(T* values, std::uint64_t rounds, T a, T b);

template <class T>
Chains<T> best_chains() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return avx512::chains;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2::chains;
#endif
  return portable::chains<T>;
}

}  // namespace

template <class T>
Job prepare_fma(const DeviceMemory& memory, const void* bytes) {
  rp_fma_params params;
  std::memcpy(&params, bytes, sizeof params);
  const kernels::Region region = kernels::fma_regions(sizeof(T), params)[0];
  T* const values = reinterpret_cast<T*>(memory.translate(region.memory, region.bytes));
  return [=, chains = best_chains<T>()](ThreadPool& pool) {
    if (params.units > pool.size())
      throw kernels::Failure(RP_INVALID, "fma: more units than the device has CPUs");
    pool.parallel_for(0, params.units, 1, [&](std::uint64_t begin, std::uint64_t end) {
      for (std::uint64_t at = begin * params.chains; at < end * params.chains; at += kChainsAtATime)
        chains(values + at, params.rounds, static_cast<T>(params.a), static_cast<T>(params.b));
    });
  };
}

template Job prepare_fma<double>(const DeviceMemory&, const void*);
template Job prepare_fma<float>(const DeviceMemory&, const void*);

}  // namespace rackproof::cpu
