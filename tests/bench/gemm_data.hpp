// The matrices of a GEMM comparison, the same on both sides, and the check of a product.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/gemm.h"
#include "kernels/philox.h"

namespace rackproof::bench {

/// Bits of the bfloat16 nearest to a finite value, ties to even.
inline std::uint16_t to_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return static_cast<std::uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}
inline float from_bf16(std::uint16_t value) { return std::bit_cast<float>(std::uint32_t{value} << 16); }

/// n × n matrices A and B, standard normal; T: double or float, which is also the type of the sums.
template <class T>
class GemmData {
 public:
  /// `bf16`: the values are rounded to bfloat16, so that T holds them exactly.
  GemmData(std::uint32_t n, bool bf16) : n_(n), a_(std::uint64_t{n} * n), b_(a_.size()) {
    for (std::uint64_t i = 0; i < a_.size(); ++i) {
      a_[i] = value(1, i, bf16);
      b_[i] = value(2, i, bf16);
    }
    expected_.resize(std::size_t{kRows} * n);
    magnitude_.resize(expected_.size());
    kernels::gemm_reference<T>(a_, b_, n, n, row(), kRows, expected_, magnitude_);
  }

  std::uint32_t n() const { return n_; }
  std::span<const T> a() const { return a_; }
  std::span<const T> b() const { return b_; }
  /// For an array of bfloat16.
  static std::vector<std::uint16_t> bf16(std::span<const T> values) {
    std::vector<std::uint16_t> bits;
    for (const T v : values) bits.push_back(to_bf16(static_cast<float>(v)));
    return bits;
  }

  /// Rows row() … row() + kRows of the product, against a sum in f64. Throws std::runtime_error.
  void check(std::span<const T> rows) const {
    for (std::size_t i = 0; i < expected_.size(); ++i) {
      const double error = std::abs(static_cast<double>(rows[i]) - expected_[i]);
      if (!(error <= kernels::gemm_tolerance<T>(n_, magnitude_[i]))) {
        throw std::runtime_error("element " + std::to_string(i) + " of the checked rows is " +
                                 std::to_string(rows[i]) + ", expected " + std::to_string(expected_[i]));
      }
    }
  }

  static constexpr std::uint32_t kRows = 4;
  std::uint32_t row() const { return n_ / 2; }

 private:
  static T value(std::uint64_t array, std::uint64_t i, bool bf16) {
    const T v = kernels::normal<T>(1, array, i);
    return bf16 ? static_cast<T>(from_bf16(to_bf16(static_cast<float>(v)))) : v;
  }

  std::uint32_t n_;
  std::vector<T> a_, b_;
  std::vector<double> expected_, magnitude_;
};

}  // namespace rackproof::bench
