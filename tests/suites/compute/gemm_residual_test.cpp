// The scaled residual lets every right product pass, however it was summed, and nothing that is off by more.
#include "suites/run/gemm_residual.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "harness/measure/case_stopped.hpp"
#include "suites/run/gemm_matrices.hpp"
#include "suites/run/parallel.hpp"

namespace rackproof {
namespace {

constexpr std::uint64_t kResidualKey = 7;

float rounded(float sum) { return sum; }
double rounded(double sum) { return sum; }
/// Towards zero, as some matrix units do: of the exact sum of two f32 that f64 holds.
float truncated(double sum) {
  const auto nearest = static_cast<float>(sum);
  if (!(std::abs(static_cast<double>(nearest)) > std::abs(sum))) return nearest;
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(nearest) - 1);
}

/// A product whose sums were carried one product after the other in T, as a portable backend does: the largest errors.
template <class T>
struct CarriedProduct {
  CarriedProduct(const Dimensions& dimensions, rp_dtype input, std::uint64_t key, bool truncates = false)
      : size(dimensions),
        a(matrix_values(input, key, 1, size.m * size.k)),
        b(matrix_values(input, key, 2, size.k * size.n)),
        c(size.m * size.n) {
    std::vector<T> right(b.begin(), b.end());
    in_parallel(size.m, 1, [&](std::uint64_t begin, std::uint64_t end) {
      for (std::uint64_t i = begin; i < end; ++i) {
        for (std::uint64_t p = 0; p < size.k; ++p) {
          const T left = static_cast<T>(a[i * size.k + p]);
          T* const row = c.data() + i * size.n;
          const T* const of_b = right.data() + p * size.n;
          if (!truncates) {
            for (std::uint64_t j = 0; j < size.n; ++j) row[j] = rounded(row[j] + left * of_b[j]);
          } else if constexpr (sizeof(T) == 4) {
            for (std::uint64_t j = 0; j < size.n; ++j)
              row[j] = truncated(static_cast<double>(row[j]) +
                                 static_cast<double>(left) * static_cast<double>(of_b[j]));
          }
        }
      }
    });
  }

  static constexpr rp_dtype kType = sizeof(T) == 8 ? RP_F64 : RP_F32;
  FoundProduct found() const { return {size, kType, std::as_bytes(std::span(c)), "product 5"}; }
  double residual(std::uint64_t key = kResidualKey) const {
    return scaled_residual(found(), kType, a, b, key);
  }
  /// "" when the check passes, otherwise its reason.
  std::string problem(std::uint64_t key = kResidualKey) const {
    try {
      check_scaled_residual(found(), kType, a, b, key);
      return "";
    } catch (const CaseStopped& stop) {
      EXPECT_EQ(stop.outcome().status, Status::wrong);
      EXPECT_EQ(stop.outcome().phase, Phase::check);
      return stop.outcome().reason;
    }
  }

  Dimensions size;
  std::vector<double> a, b;
  std::vector<T> c;
};

template <class T>
void expect_sensitive(const CarriedProduct<T>& right, double factor) {
  ASSERT_EQ(right.problem(), "");
  auto spoilt = right;
  std::ranges::fill(spoilt.c, T{0});
  EXPECT_NE(spoilt.problem(), "") << "zeros are no product";
  for (const double off : {factor, -factor}) {
    spoilt = right;
    for (T& value : spoilt.c) value = static_cast<T>(static_cast<double>(value) * (1 + off));
    EXPECT_NE(spoilt.problem(), "") << off;
  }
  for (const std::size_t at : {std::size_t{0}, right.c.size() / 2, right.c.size() - 1}) {
    spoilt = right;
    spoilt.c[at] = std::numeric_limits<T>::quiet_NaN();
    EXPECT_NE(spoilt.problem(), "") << "NaN at " << at;
    spoilt.c[at] = std::numeric_limits<T>::infinity();
    EXPECT_NE(spoilt.problem(), "") << "infinity at " << at;
    spoilt = right;
    spoilt.c[at] = 0;
    EXPECT_NE(spoilt.problem(), "") << "zero at " << at;
  }
}

TEST(GemmResidual, RefusesZerosASmallFactorAndNan) {
  for (const std::uint64_t n : {64u, 512u}) {
    expect_sensitive(CarriedProduct<float>({n, n, n}, RP_F32, kResidualKey), 1e-4);
    expect_sensitive(CarriedProduct<float>({n, n, n}, RP_BF16, kResidualKey), 1e-4);
    expect_sensitive(CarriedProduct<double>({n, n, n}, RP_F64, kResidualKey), 1e-12);
  }
  expect_sensitive(CarriedProduct<float>({2048, 64, 2048}, RP_F32, kResidualKey), 1e-4);
}

TEST(GemmResidual, TheLastNanIsNotForgotten) {
  CarriedProduct<double> p({19, 23, 37}, RP_F64, kResidualKey);
  p.c.front() = std::numeric_limits<double>::quiet_NaN();
  p.c.back() = 3;
  EXPECT_NE(p.problem(), "");
}

TEST(GemmResidual, AnErrorOfTheSizeOfRoundingPasses) {
  CarriedProduct<float> p({256, 256, 256}, RP_F32, kResidualKey);
  for (float& value : p.c) value = std::nextafter(value, 1e9f);
  EXPECT_EQ(p.problem(), "");
}

TEST(GemmResidual, PassesRightProductsOfAnyShape) {
  constexpr std::uint64_t kSeeds = 3;
  double worst[3] = {0, 0, 0};
  for (const Dimensions& size : {Dimensions{64, 64, 64},
                                 {1, 1, 1},
                                 {2048, 4, 1},
                                 {2000, 1, 2},
                                 {1, 3072, 768},
                                 {4, 3072, 3},
                                 {64, 2048, 1},
                                 {16, 1, 2048},
                                 {128, 128, 64},
                                 {300, 2, 17},
                                 {256, 256, 256}}) {
    for (std::uint64_t key = 1; key <= kSeeds; ++key) {
      worst[0] = std::max(worst[0], CarriedProduct<double>(size, RP_F64, key).residual(key));
      worst[1] = std::max(worst[1], CarriedProduct<float>(size, RP_F32, key).residual(key));
      worst[2] = std::max(worst[2], CarriedProduct<float>(size, RP_BF16, key).residual(key));
      ASSERT_TRUE(std::ranges::all_of(worst, [](double share) { return share <= 0.6; }))
          << size.m << " x " << size.n << " x " << size.k << ", " << key << ": " << worst[0] << ' '
          << worst[1] << ' ' << worst[2];
    }
  }
  RecordProperty("worst_f64", std::to_string(worst[0]));
  RecordProperty("worst_f32", std::to_string(worst[1]));
  RecordProperty("worst_bf16", std::to_string(worst[2]));
}

TEST(GemmResidual, PassesSumsThatAreTruncatedOneByOne) {
  double worst = 0;
  for (std::uint64_t key = 1; key <= 2; ++key) {
    for (const Dimensions& size : {Dimensions{64, 64, 64}, {256, 256, 256}, {2048, 16, 2048}, {1000, 7, 1}}) {
      const CarriedProduct<float> p(size, RP_F32, key, true);
      EXPECT_EQ(p.problem(key), "") << size.k;
      worst = std::max(worst, p.residual(key));
    }
  }
  RecordProperty("worst", std::to_string(worst));
}

}  // namespace
}  // namespace rackproof
