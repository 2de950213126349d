// How far a right answer of an operation of kernels/gpt.h may lie from its reference, for inputs of about the size of 1
// (standard normal, or as a comment says).
#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>

#include "kernels/bf16.h"

namespace rackproof::kernels {

/// In units of the type that is computed in, and, of bf16, in roundings to it.
struct GptBound {
  double units;  ///< of the machine epsilon of Wide<T>, of 1 or of the number itself where it is larger
  double roundings = 1;   ///< of the number itself
  double on_the_way = 0;  ///< of a number as large as 1, of what a step left for the next
};

/// Relative error of one rounding to bf16.
inline constexpr double kBf16Rounding = 0x1p-8;

template <class T>
double gpt_tolerance(const GptBound& bound, double expected) {
  constexpr double kEpsilon = sizeof(Wide<T>) == 8 ? 0x1p-52 : 0x1p-23;
  const double size = std::abs(expected);
  const double narrow = std::is_same_v<T, Bf16> ? kBf16Rounding : 0;
  return bound.units * kEpsilon * std::fmax(1, size) + narrow * (bound.roundings * size + bound.on_the_way);
}

/// NaN is right where NaN is expected, and only there.
inline bool gpt_close(double found, double expected, double tolerance) {
  if (std::isnan(expected)) return std::isnan(found);
  return std::abs(found - expected) <= tolerance;
}

/// The errors of all numbers of an output together. The bounds of single numbers of bf16 are wide, for steps may round, and
/// would let a systematic error of some percent pass.
class GptErrors {
 public:
  void add(double found, double expected) {
    if (std::isnan(expected)) return;
    errors_ += (found - expected) * (found - expected);
    squares_ += expected * expected;
  }
  /// Root mean square, relative to that of the numbers.
  double relative() const { return squares_ > 0 ? std::sqrt(errors_ / squares_) : std::sqrt(errors_); }
  /// For T bf16: about what three roundings on the way leave, in quadrature; a hundredth is 2.56 of them.
  static constexpr double kMost = 1.6 * kBf16Rounding;
  template <class T>
  bool small() const {
    return !std::is_same_v<T, Bf16> || relative() <= kMost;
  }

 private:
  double errors_ = 0, squares_ = 0;
};

namespace gpt_bounds {

/// Sums of `terms` numbers, in parts that may be rounded.
inline GptBound sum(std::size_t terms) {
  const auto count = static_cast<double>(terms);
  return {4 * count, 1, 4 * std::sqrt(count)};
}
/// Beside gemm_tolerance (kernels/gemm.h): of a product of sums of `k` terms, in parts that may be rounded, and of its sum
/// with a bias, before which it is `unbiased` and may be rounded, too. Without a bias `unbiased` is 0.
inline GptBound product(std::size_t k, double unbiased) {
  return {2, 1, sum(k).on_the_way + std::abs(unbiased)};
}
inline constexpr GptBound kAdd{1};
inline constexpr GptBound kGelu{10};
/// An error of the tanh is multiplied by up to 4.
inline constexpr GptBound kGeluBackward{100};
inline constexpr GptBound kEmbed{1};

/// Layer norm of inputs of the size of 5. One column has no variance: its y is a small difference times 1/√1e-5.
constexpr GptBound layer_norm(std::size_t columns) { return {columns == 1 ? 1e4 : 200, 1, 12}; }
inline constexpr GptBound kMean{30};
inline constexpr GptBound kRstd{60};
constexpr GptBound layer_norm_dx(std::size_t columns) { return {20 * layer_norm(columns).units, 1, 6}; }
inline GptBound layer_norm_dweight(std::size_t rows, std::size_t columns) {
  return {layer_norm(columns).units + sum(rows).units, 1, 12 + sum(rows).on_the_way};
}

/// Scores of up to 8, rounded.
inline constexpr GptBound kProbabilities{30, 12};
inline constexpr GptBound kAttention{60, 1, 4};
inline GptBound attention_backward(std::size_t channels) {
  const double root = std::sqrt(static_cast<double>(channels));
  return {60 * root + 100, 1, 8 + 4 * root};
}

/// Losses of logits up to `largest`, which the logarithm of a sum is added to.
constexpr GptBound losses(double largest) { return {2 * largest + 100}; }
/// Of the mean over `rows`: rounded exponentials, or a rounded probability of about 1 less 1.
inline GptBound logit_gradients(std::size_t rows) { return {20, 2.01, 2 / static_cast<double>(rows)}; }

inline constexpr GptBound kAdamWeights{60};
inline constexpr GptBound kAdamMoments{10};

}  // namespace gpt_bounds

}  // namespace rackproof::kernels
