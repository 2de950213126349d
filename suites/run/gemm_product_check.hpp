// The check of every timed product: is each element what the data demand, within the errors that its sums may have?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "suites/run/gemm_output.hpp"

namespace rackproof {

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

  ProductCheck(const Dimensions& size, Accumulation accumulate, std::span<const double> a,
               std::span<const double> b, std::uint64_t key, double full_reference = kFullReference);

  /// `column_shift`: B was rotated to the left by so many columns.
  void check(const FoundProduct& found, std::uint64_t column_shift = 0) const;

  /// A row that check_row can check, chosen by `word`.
  std::uint64_t row_of(std::uint64_t word) const;
  /// This row alone, element by element: found.c holds nothing else.
  void check_row(const FoundProduct& found, std::uint64_t row, std::uint64_t column_shift = 0) const;

 private:
  std::span<const double> expected_row(std::uint64_t row) const;
  void check_sums(const FoundProduct& found, std::uint64_t column_shift) const;
  double tolerance(std::uint64_t row) const { return factor_ * row_norm_[row]; }

  Dimensions size_;
  double factor_;
  std::vector<double> row_norm_, column_norm_;
  std::vector<double> expected_;     // the whole product, or the checked rows
  std::vector<std::uint64_t> rows_;  // those with elements in expected_; empty: all
  std::vector<double> row_sign_, column_sign_;
  std::vector<double> row_sum_, column_sum_;  // expected
};

}  // namespace rackproof
