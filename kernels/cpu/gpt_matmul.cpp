// c = op(a) · op(b) + bias by OpenBLAS.
#include <cblas.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "kernels/cpu/blas_threads.hpp"
#include "kernels/cpu/gpt_operations.hpp"
#include "kernels/cpu/omp_team.hpp"
#include "kernels/gpt.h"
#include "kernels/regions.h"

namespace rackproof::cpu {
namespace {

struct Shape {
  CBLAS_TRANSPOSE transpose_a, transpose_b;
  int m, n, k, lda, ldb;
};

void multiply(const Shape& s, const double* a, const double* b, double beta, double* c) {
  cblas_dgemm(CblasRowMajor, s.transpose_a, s.transpose_b, s.m, s.n, s.k, 1.0, a, s.lda, b, s.ldb, beta, c,
              s.n);
}

void multiply(const Shape& s, const float* a, const float* b, float beta, float* c) {
  cblas_sgemm(CblasRowMajor, s.transpose_a, s.transpose_b, s.m, s.n, s.k, 1.0f, a, s.lda, b, s.ldb, beta, c,
              s.n);
}

/// One thread per 4 Mi multiplications: below, waking a thread and waiting for it costs more than it brings.
int blas_threads(std::uint64_t multiplications, std::size_t most) {
  constexpr std::uint64_t kPerThread = std::uint64_t{1} << 22;
  return static_cast<int>(std::clamp<std::uint64_t>(multiplications / kPerThread, 1, most));
}

}  // namespace

template <class T>
Job prepare_gpt_matmul(const DeviceMemory& memory, const void* bytes) {
  rp_gpt_matmul_params p;
  std::memcpy(&p, bytes, sizeof p);
  const auto [least, most] = std::minmax({p.m, p.n, p.k});
  if (least == 0 || most > static_cast<std::uint32_t>(std::numeric_limits<int>::max())) {
    throw kernels::Failure(RP_INVALID, "matmul: a dimension is 0 or above 2^31 - 1");
  }
  if (p.transpose_a > 1 || p.transpose_b > 1)
    throw kernels::Failure(RP_INVALID, "matmul: a flag is neither 0 nor 1");
  const std::uint64_t m = p.m, n = p.n, k = p.k;
  const auto at = [&memory](rp_memory where, std::uint64_t x, std::uint64_t y) {
    const kernels::Region region = kernels::region_of(where, x, y, sizeof(T), false);
    return reinterpret_cast<T*>(memory.translate(region.memory, region.bytes));
  };
  const T* const a = at(p.a, m, k);
  const T* const b = at(p.b, k, n);
  T* const c = at(p.c, m, n);
  const T* const bias = p.bias.handle == 0 ? nullptr : at(p.bias, n, 1);
  const Shape shape{p.transpose_a != 0 ? CblasTrans : CblasNoTrans,
                    p.transpose_b != 0 ? CblasTrans : CblasNoTrans,
                    static_cast<int>(m),
                    static_cast<int>(n),
                    static_cast<int>(k),
                    static_cast<int>(p.transpose_a != 0 ? m : k),
                    static_cast<int>(p.transpose_b != 0 ? k : n)};
  return [=](ThreadPool& pool) {
    for (std::uint64_t i = 0; bias != nullptr && i < m; ++i) std::copy_n(bias, n, c + i * n);
    // The pool sleeps now, so BLAS may use every CPU of the device.
    const int threads = blas_threads(m * n * k, pool.size());
    set_blas_threads(threads);
    pin_omp_team(pool, threads);
    multiply(shape, a, b, bias != nullptr ? T{1} : T{0}, c);
  };
}

template Job prepare_gpt_matmul<double>(const DeviceMemory&, const void*);
template Job prepare_gpt_matmul<float>(const DeviceMemory&, const void*);

}  // namespace rackproof::cpu
