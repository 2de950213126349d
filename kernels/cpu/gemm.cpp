#include "kernels/cpu/gemm.hpp"

#include <cblas.h>
#include <omp.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "kernels/cpu/omp_team.hpp"
#include "kernels/gemm.h"
#include "kernels/regions.h"

namespace rackproof::cpu {
namespace {

void multiply(int m, int n, int k, const double* a, const double* b, double* c) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1.0, a, k, b, n, 0.0, c, n);
}

void multiply(int m, int n, int k, const float* a, const float* b, float* c) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1.0f, a, k, b, n, 0.0f, c, n);
}

void set_blas_threads(int threads) {
  if (openblas_get_num_threads() != threads) openblas_set_num_threads(threads);
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
    const auto products = [=](std::uint64_t begin, std::uint64_t end) {
      for (std::uint64_t i = begin; i < end; ++i) {
        multiply(static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), a + i * m * k, b + i * k * n,
                 c + i * m * n);
      }
    };
    if (pool.size() > 1 && params.batch >= pool.size()) {
      // The products of a batch are small: each thread of ours does whole ones. OpenBLAS asks OpenMP, thread by thread,
      // how many threads it may use.
      set_blas_threads(1);
      pool.parallel_for(0, params.batch, 1, [&products](std::uint64_t begin, std::uint64_t end) {
        omp_set_num_threads(1);
        products(begin, end);
      });
      return;
    }
    // The pool sleeps now, so BLAS may use every CPU of the device.
    const int threads = static_cast<int>(pool.size());
    set_blas_threads(threads);
    pin_omp_team(pool, threads);
    products(0, params.batch);
  };
}

template void check_gemm<double>(const void*, InstructionSet);
template void check_gemm<float>(const void*, InstructionSet);
template Job prepare_gemm<double>(const DeviceMemory&, const void*);
template Job prepare_gemm<float>(const DeviceMemory&, const void*);

}  // namespace rackproof::cpu
