// Matrix product and fused multiply-add.
#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/bf16.h"
#include "kernels/edge.h"
#include "kernels/f16.h"
#include "kernels/f8.h"
#include "kernels/fault/kernels.hpp"
#include "kernels/tf32.h"

namespace rackproof::fault {
namespace {

/// Sums in `Sum`: f64 for floating-point types; i64 for integers, cut to the output's bits.
template <class In, class Out, class Sum>
void multiply(const rp_gemm_params& p, const In* a, const In* b, Out* c) {
  std::vector<Sum> row(p.n);
  for (std::size_t product = 0; product < p.batch; ++product) {
    for (std::size_t i = 0; i < p.m; ++i) {
      std::fill(row.begin(), row.end(), Sum{});
      for (std::size_t l = 0; l < p.k; ++l) {
        const Sum ail = static_cast<Sum>(a[i * p.k + l]);
        const In* const bl = p.transpose_b ? b + l : b + l * p.n;
        const std::size_t stride = p.transpose_b ? p.k : 1;
        for (std::size_t j = 0; j < p.n; ++j) row[j] += ail * static_cast<Sum>(bl[j * stride]);
      }
      for (std::size_t j = 0; j < p.n; ++j) c[i * p.n + j] = static_cast<Out>(row[j]);
    }
    a += std::size_t{p.m} * p.k;
    b += std::size_t{p.k} * p.n;
    c += std::size_t{p.m} * p.n;
  }
}

template <class In, class Out, class Sum>
void multiply(const rp_gemm_params& params, Operands operands) {
  multiply<In, Out, Sum>(params, elements<In>(operands[1]), elements<In>(operands[2]),
                         elements<Out>(operands[0]));
}

/// Rounds `count` values, `stride` apart, to a fixed point with `bits` bits below the leading bit of the largest; 0 bits:
/// not at all.
void round_to_fixed_point(double* values, std::size_t count, std::size_t stride, std::uint32_t bits) {
  if (bits == 0) return;
  double largest = 0;
  for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(values[i * stride]));
  if (!(largest > 0) || !std::isfinite(largest)) return;
  const double quantum = std::ldexp(1.0, std::ilogb(largest) + 1 - static_cast<int>(bits));
  for (std::size_t i = 0; i < count; ++i)
    values[i * stride] = std::nearbyint(values[i * stride] / quantum) * quantum;
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
  const rp_dtype type = dtype == RP_F64 ? RP_F64 : dtype == RP_I8 ? RP_I32 : RP_F32;
  const auto wide = static_cast<std::uint32_t>(type);
  if (params.accumulate == wide && params.output == wide) return;
  throw kernels::Failure(RP_UNSUPPORTED, "the fault backend has no product of type " + std::to_string(dtype) +
                                             " with sums in " + std::to_string(params.accumulate) +
                                             " and output in " + std::to_string(params.output));
}

void compute_gemm(rp_dtype dtype, const rp_gemm_params& params, Operands operands) {
  if (dtype == RP_F64) multiply<double, double, double>(params, operands);
  if (dtype == RP_F32) multiply<float, float, double>(params, operands);
  if (dtype == RP_BF16) multiply<kernels::Bf16, float, double>(params, operands);
  if (dtype == RP_F16) multiply<kernels::F16, float, double>(params, operands);
  if (dtype == RP_TF32) multiply<kernels::Tf32, float, double>(params, operands);
  if (dtype == RP_F8E4M3) multiply<kernels::F8E4M3, float, double>(params, operands);
  if (dtype == RP_F8E5M2) multiply<kernels::F8E5M2, float, double>(params, operands);
  if (dtype == RP_I8) multiply<std::int8_t, std::int32_t, std::int64_t>(params, operands);
}

void compute_emulated_gemm(const rp_gemm_params& params, Operands operands, std::uint32_t bits_of_a,
                           std::uint32_t bits_of_b) {
  const std::size_t m = params.m, n = params.n, k = params.k;
  const double* const left = elements<double>(operands[1]);
  const double* const right = elements<double>(operands[2]);
  std::vector<double> a(left, left + m * k * params.batch), b(right, right + k * n * params.batch);
  for (std::size_t row = 0; row < m * params.batch; ++row)
    round_to_fixed_point(a.data() + row * k, k, 1, bits_of_a);
  for (std::size_t product = 0; product < params.batch; ++product) {
    for (std::size_t column = 0; column < n; ++column) {
      const bool transposed = params.transpose_b == 1;
      round_to_fixed_point(b.data() + product * k * n + column * (transposed ? k : 1), k, transposed ? 1 : n,
                           bits_of_b);
    }
  }
  multiply<double, double, double>(params, a.data(), b.data(), elements<double>(operands[0]));
}

void compute_fma(rp_dtype dtype, const rp_fma_params& params, Operands operands) {
  dtype == RP_F64 ? chains<double>(params, operands) : chains<float>(params, operands);
}

}  // namespace rackproof::fault
