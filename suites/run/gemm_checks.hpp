// Is a matrix product right? Every check throws CaseStopped(wrong) with the first element or sum that is not, and every
// comparison fails for NaN. Inputs are handed over as the f64 values of their elements, outputs as they were read.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/abi.h"
#include "suites/run/gemm_reference.hpp"

namespace rackproof {

/// One product of a backend as it was read: c has m · n elements of `type` (f64, f32 or i32).
struct FoundProduct {
  Dimensions size;
  rp_dtype type = RP_F64;
  std::span<const std::byte> c;
  std::string_view name;  ///< for messages: "product 7"
};

/// Element i of an output.
double output_value(rp_dtype type, std::span<const std::byte> c, std::uint64_t i);

/// Unit roundoff of sums in this type; 0 for integers.
double unit_roundoff(rp_dtype accumulate);

/// Inputs whose product is exact in every order of summation: random integers of at most `largest_exact` in absolute
/// value, k · largest² below 2^(bits − 1) of the accumulation, and exact in the input type.
double largest_exact(rp_dtype input, rp_dtype accumulate, std::uint64_t k);

/// For integer inputs with exact sums: every element by row and column sums with random odd weights modulo 2^64
/// (R. Freivalds, "Probabilistic machines can use less running time", 1977), in which one wrong element always shows
/// and many hide with probability 2^-63 at most; eight whole rows against an exact product too.
void check_exact(const FoundProduct& found, std::span<const double> a, std::span<const double> b,
                 std::uint64_t key);

/// B of a product that moves the columns of A: b[p][(p + 1) mod n] = 1 for p < min(k, n), else 0.
std::vector<double> permutation_matrix(const Dimensions& size);
/// A times that: one product and no rounding per element, so every bit of A must arrive and the rest is 0. Arithmetic
/// that keeps fewer bits, such as f64 from integer slices, loses the low ones.
void check_permuted(const FoundProduct& found, std::span<const double> a);

/// What the products of the same A and B are held against.
///
/// Up to kFullReference multiplications: the whole product in f64, and every element within
/// 5 · √k · u · ‖a_i‖₂ · ‖b_j‖₂ of it, u the unit roundoff of the accumulation (kernels/gemm.h: 8 · √k · u · Σ|a||b|; for
/// normal data Σ|a||b| = 0.64 · ‖a‖‖b‖). Integers: equal.
///
/// Above: the sums of every row and column with random signs, within the root of the sum of the squares of those
/// bounds, to which errors that do not know the signs add up (Hoeffding's inequality for Rademacher sums, with the
/// same 8 standard deviations); and eight whole rows element by element.
class ProductCheck {
 public:
  static constexpr double kFullReference = 0x1p33;

  ProductCheck(const Dimensions& size, rp_dtype accumulate, std::span<const double> a,
               std::span<const double> b, std::uint64_t key, double full_reference = kFullReference);

  /// `column_shift`: B was rotated to the left by so many columns.
  void check(const FoundProduct& found, std::uint64_t column_shift = 0) const;

 private:
  void check_elements(const FoundProduct& found, std::uint64_t row, std::span<const double> expected,
                      std::uint64_t column_shift) const;
  void check_sums(const FoundProduct& found, std::uint64_t column_shift) const;
  double tolerance(std::uint64_t row) const { return factor_ * row_norm_[row]; }

  Dimensions size_;
  double factor_;
  std::vector<double> row_norm_, column_norm_;
  std::vector<double> expected_;     // the whole product, or the checked rows
  std::vector<std::uint64_t> rows_;  // empty: all
  std::vector<double> row_sign_, column_sign_;
  std::vector<double> row_sum_, column_sum_;  // expected
};

/// ‖C·x − A·(B·x)‖∞ / (ε · k · ‖A‖∞ · ‖B‖∞ · ‖x‖∞) < 16 for a random x, ε = 2u: the residual that HPL demands of its
/// solution (A. Petitet et al., HPL 2.3, "scaled residual" with the threshold 16), with the error bound of a product
/// (N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., eq. 3.13) as its scale.
void check_scaled_residual(const FoundProduct& found, rp_dtype accumulate, std::span<const double> a,
                           std::span<const double> b, std::uint64_t key);

/// Zero times zero: every element is 0.
void check_zeros(const FoundProduct& found);

}  // namespace rackproof
