// C = A · B, row-major: contract shared by every backend, the oracle and the suite.
//
// A is m × k, B is k × n, C is m × n, densely packed; `batch` such products stand one after the other in each array.
// With transpose_b = 1 B is stored n × k, each column of B in one piece, as products of 8-bit types want it ("tn" in ids).
// 2·batch·m·n·k operations. The operation's data type is that of A and B; sums are carried in `accumulate`, C has the
// type `output`. Data: standard normal, full mantissa (philox.h); i8: all 256 values alike. Sums of i8 in i32 are exact
// modulo 2^32. Error bound per element of the other types (N. Higham, Accuracy and Stability of Numerical Algorithms,
// 2nd ed., eq. 3.13, with the probabilistic √k of Higham and Mary 2019): |c − ĉ| ≤ 8 · √k · u · Σ|a||b|, u
// the unit roundoff of the accumulation: 2^-53 for f64, 2^-24 for f32. With inputs of 8-bit floating-point types we take
// u = 2^-13 whatever the accumulation is called: NVIDIA's Hopper is reported to align the products of a step, to keep the
// highest 14 bits of each and of the sum, and to truncate the rest (DeepSeek-AI, "DeepSeek-V3 Technical Report", 2024, sections
// 3.3.2 and 3.5.2). That other devices keep no fewer is our assumption, and so is that √k holds for truncated sums. Integers
// whose sums stay below 2^12 are exact all the same.
#pragma once

#include "kernels/abi.h"

#ifdef __cplusplus
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "kernels/philox.h"

extern "C" {
#endif

typedef struct rp_gemm_params {
  rp_memory a;
  rp_memory b;
  rp_memory c;
  uint32_t m, n, k;
  uint32_t batch;        // at least 1
  uint32_t accumulate;   // rp_dtype
  uint32_t output;       // rp_dtype
  uint32_t transpose_b;  // 1: B is stored n × k; 0: k × n
  uint32_t reserved;     // 0
} rp_gemm_params;

#ifdef __cplusplus
}

namespace rackproof::kernels {

constexpr double gemm_flops(double m, double n, double k) { return 2.0 * m * n * k; }

/// One product with sums and output in `wide`.
constexpr rp_gemm_params gemm_params(rp_memory a, rp_memory b, rp_memory c, std::uint32_t m, std::uint32_t n,
                                     std::uint32_t k, rp_dtype wide, std::uint32_t batch = 1) {
  return {a, b, c, m, n, k, batch, static_cast<std::uint32_t>(wide), static_cast<std::uint32_t>(wide), 0, 0};
}

/// Reference rows [row, row + rows) of C in f64 and the per-element sum Σ|a||b|, both rows × n.
template <class T>
void gemm_reference(std::span<const T> a, std::span<const T> b, std::uint32_t n, std::uint32_t k,
                    std::uint32_t row, std::uint32_t rows, std::span<double> c, std::span<double> magnitude) {
  std::fill(c.begin(), c.end(), 0.0);
  std::fill(magnitude.begin(), magnitude.end(), 0.0);
  for (std::uint32_t i = 0; i < rows; ++i) {
    double* ci = c.data() + std::size_t{i} * n;
    double* mi = magnitude.data() + std::size_t{i} * n;
    for (std::uint32_t p = 0; p < k; ++p) {
      const double aip = static_cast<double>(a[std::size_t{row + i} * k + p]);
      const T* bp = b.data() + std::size_t{p} * n;
      for (std::uint32_t j = 0; j < n; ++j) {
        const double product = aip * static_cast<double>(bp[j]);
        ci[j] += product;
        mi[j] += std::abs(product);
      }
    }
  }
}

/// Element i of an input.
template <class T>
T gemm_value(std::uint64_t key, std::uint64_t array, std::uint64_t i) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(philox4x32(key, i / 16, array)[i / 4 % 4] >> (8 * (i % 4)));
  } else {
    return normal<T>(key, array, i);
  }
}

/// Largest error that a right answer may have. T: the type of the inputs.
template <class T>
double gemm_tolerance(std::uint32_t k, double magnitude) {
  if constexpr (std::is_integral_v<T>) return 0;
  const double u = sizeof(T) == 8 ? 0x1p-53 : sizeof(T) == 1 ? 0x1p-13 : 0x1p-24;
  return 8.0 * std::sqrt(static_cast<double>(k)) * u * magnitude;
}

}  // namespace rackproof::kernels
#endif
