// Matrix product and fused multiply-add.
#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/edge.h"
#include "kernels/fault/kernels.hpp"

namespace rackproof::fault {
namespace {

template <class T>
void multiply(const rp_gemm_params& p, Operands operands) {
  std::vector<double> row(p.n);
  for (std::size_t product = 0; product < p.batch; ++product) {
    T* const c = elements<T>(operands[0]) + product * p.m * p.n;
    const T* const a = elements<T>(operands[1]) + product * p.m * p.k;
    const T* const b = elements<T>(operands[2]) + product * p.k * p.n;
    for (std::size_t i = 0; i < p.m; ++i) {
      std::fill(row.begin(), row.end(), 0.0);
      for (std::size_t l = 0; l < p.k; ++l) {
        const double ail = static_cast<double>(a[i * p.k + l]);
        for (std::size_t j = 0; j < p.n; ++j) row[j] += ail * static_cast<double>(b[l * p.n + j]);
      }
      for (std::size_t j = 0; j < p.n; ++j) c[i * p.n + j] = static_cast<T>(row[j]);
    }
  }
}

template <class T>
void chains(const rp_fma_params& params, Operands operands) {
  const T a = static_cast<T>(params.a);
  const T b = static_cast<T>(params.b);
  T* const values = elements<T>(operands[0]);
  for (std::uint64_t i = 0; i < std::uint64_t{params.units} * params.chains; ++i) {
    for (std::uint64_t round = 0; round < params.rounds; ++round) values[i] = std::fma(a, values[i], b);
  }
}

}  // namespace

void accept_gemm(rp_dtype dtype, const rp_gemm_params& params) {
  if ((dtype == RP_F64 || dtype == RP_F32) && params.accumulate == static_cast<std::uint32_t>(dtype) &&
      params.output == static_cast<std::uint32_t>(dtype))
    return;
  throw kernels::Failure(RP_UNSUPPORTED, "the fault backend has no product of type " + std::to_string(dtype) +
                                             " with sums in " + std::to_string(params.accumulate) +
                                             " and output in " + std::to_string(params.output));
}

void compute_gemm(rp_dtype dtype, const rp_gemm_params& params, Operands operands) {
  dtype == RP_F64 ? multiply<double>(params, operands) : multiply<float>(params, operands);
}

void compute_fma(rp_dtype dtype, const rp_fma_params& params, Operands operands) {
  dtype == RP_F64 ? chains<double>(params, operands) : chains<float>(params, operands);
}

}  // namespace rackproof::fault
