#include "kernels/cpu/gemm.hpp"

#include <cblas.h>
#include <omp.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "kernels/cpu/blas_threads.hpp"
#include "kernels/cpu/omp_team.hpp"
#include "kernels/gemm.h"
#include "kernels/regions.h"

namespace rackproof::cpu {
namespace {

/// The part of a product: `columns` columns of B and C. The rows of C have n elements; those of B as well, or k when it is
/// stored transposed.
struct Part {
  int m, columns, n, k;
  bool transpose_b;
  int stride_b() const { return transpose_b ? k : n; }
  CBLAS_TRANSPOSE layout_b() const { return transpose_b ? CblasTrans : CblasNoTrans; }
};

void multiply(const Part& part, const double* a, const double* b, double* c) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, part.layout_b(), part.m, part.columns, part.k, 1.0, a, part.k, b,
              part.stride_b(), 0.0, c, part.n);
}

void multiply(const Part& part, const float* a, const float* b, float* c) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, part.layout_b(), part.m, part.columns, part.k, 1.0f, a, part.k, b,
              part.stride_b(), 0.0f, c, part.n);
}

/// One product on all threads of the pool, each of which calls BLAS for its rows of C, or for its columns when there are
/// more of them.
template <class T>
void multiply_by_thread(ThreadPool& pool, const Part& whole, const T* a, const T* b, T* c) {
  constexpr std::uint64_t kGrain = 16;  // so that no two threads write into one cache line
  const bool by_rows = whole.m >= whole.n;
  pool.parallel_for(0, static_cast<std::uint64_t>(by_rows ? whole.m : whole.n), kGrain,
                    [&](std::uint64_t begin, std::uint64_t end) {
                      omp_set_num_threads(1);
                      Part part = whole;
                      (by_rows ? part.m : part.columns) = static_cast<int>(end - begin);
                      if (by_rows) {
                        multiply(part, a + begin * static_cast<std::uint64_t>(whole.k), b,
                                 c + begin * static_cast<std::uint64_t>(whole.n));
                      } else {
                        const auto column = static_cast<std::uint64_t>(whole.transpose_b ? whole.k : 1);
                        multiply(part, a, b + begin * column, c + begin);
                      }
                    });
}

rp_gemm_params copied(const void* bytes) {
  rp_gemm_params params;
  std::memcpy(&params, bytes, sizeof params);
  return params;
}

template <class T>
void accept_types(const rp_gemm_params& params) {
  constexpr std::uint32_t kType = sizeof(T) == 8 ? RP_F64 : RP_F32;
  if (params.accumulate != kType || params.output != kType)
    throw kernels::Failure(RP_UNSUPPORTED, "OpenBLAS sums and stores in the type of the inputs");
}

void accept_dimensions(const rp_gemm_params& params) {
  if (std::max({params.m, params.n, params.k}) > static_cast<std::uint32_t>(std::numeric_limits<int>::max()))
    throw kernels::Failure(RP_UNSUPPORTED, "BLAS dimensions end at 2^31 - 1");
}

}  // namespace

template <class T>
void check_gemm(const void* bytes, InstructionSet) {
  const rp_gemm_params params = copied(bytes);
  accept_types<T>(params);
  accept_dimensions(params);
}

template <class T>
Job prepare_gemm(const DeviceMemory& memory, const void* bytes) {
  const rp_gemm_params params = copied(bytes);
  accept_types<T>(params);
  const auto regions = kernels::gemm_regions(sizeof(T), params);
  T* const c = reinterpret_cast<T*>(memory.translate(regions[0].memory, regions[0].bytes));
  const T* const a = reinterpret_cast<const T*>(memory.translate(regions[1].memory, regions[1].bytes));
  const T* const b = reinterpret_cast<const T*>(memory.translate(regions[2].memory, regions[2].bytes));
  accept_dimensions(params);
  return [=, bytes_c = regions[0].bytes](ThreadPool& pool) {
    if (bytes_c == 0) return;
    if (params.k == 0) {  // an empty sum; BLAS demands a leading dimension of at least 1
      std::memset(c, 0, bytes_c);
      return;
    }
    const std::uint64_t m = params.m, n = params.n, k = params.k;
    const Part product{static_cast<int>(m), static_cast<int>(n), static_cast<int>(n), static_cast<int>(k),
                       params.transpose_b == 1};
    const auto each = [=](std::uint64_t begin, std::uint64_t end, auto&& multiply_one) {
      for (std::uint64_t i = begin; i < end; ++i) multiply_one(a + i * m * k, b + i * k * n, c + i * m * n);
    };
    const auto whole = [product](const T* x, const T* y, T* z) { multiply(product, x, y, z); };
    if (pool.size() > 1 && params.batch >= pool.size()) {
      // The products of a batch are small: each thread of ours does whole ones. OpenBLAS asks OpenMP, thread by thread,
      // how many threads it may use.
      set_blas_threads(1);
      pool.parallel_for(0, params.batch, 1, [&](std::uint64_t begin, std::uint64_t end) {
        omp_set_num_threads(1);
        each(begin, end, whole);
      });
      return;
    }
    if (!pool.alone()) {
      set_blas_threads(1);
      each(0, params.batch,
           [&](const T* x, const T* y, T* z) { multiply_by_thread(pool, product, x, y, z); });
      return;
    }
    // The pool sleeps now, so BLAS may use every CPU of the device.
    const int threads = static_cast<int>(pool.size());
    set_blas_threads(threads);
    pin_omp_team(pool, threads);
    each(0, params.batch, whole);
  };
}

template void check_gemm<double>(const void*, InstructionSet);
template void check_gemm<float>(const void*, InstructionSet);
template Job prepare_gemm<double>(const DeviceMemory&, const void*);
template Job prepare_gemm<float>(const DeviceMemory&, const void*);

}  // namespace rackproof::cpu
