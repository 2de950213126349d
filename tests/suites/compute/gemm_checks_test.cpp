// Every check of a matrix product lets a right one pass and is shown to fail.
#include "suites/run/gemm_exact.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "harness/measure/case_stopped.hpp"
#include "kernels/bf16.h"
#include "kernels/f16.h"
#include "kernels/f8.h"
#include "kernels/tf32.h"
#include "suites/run/gemm_matrices.hpp"
#include "suites/run/gemm_product_check.hpp"

namespace rackproof {
namespace {

constexpr Dimensions kSize{19, 23, 37};
constexpr std::uint64_t kKey = 7;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// A right product in f64 that can be spoilt.
struct Product {
  explicit Product(const Dimensions& dimensions, std::vector<double> left, std::vector<double> right)
      : size(dimensions), a(std::move(left)), b(std::move(right)), c(size.m * size.n) {
    multiply_reference(size, a, b, c);
  }
  FoundProduct found() const { return {size, RP_F64, std::as_bytes(std::span(c)), "product 5"}; }

  Dimensions size;
  std::vector<double> a, b, c;
};

Product normal_product(const Dimensions& size = kSize) {
  return Product(size, matrix_values(RP_F64, kKey, 1, size.m * size.k),
                 matrix_values(RP_F64, kKey, 2, size.k * size.n));
}

Product integer_product() {
  const double largest = largest_exact(RP_F64, RP_F64, kSize.k);
  return Product(kSize, integer_values(kKey, 1, kSize.m * kSize.k, largest),
                 integer_values(kKey, 2, kSize.k * kSize.n, largest));
}

/// "" when the check passes, otherwise its reason.
template <class Check>
std::string problem(Check&& check) {
  try {
    check();
    return "";
  } catch (const CaseStopped& stop) {
    EXPECT_EQ(stop.outcome().status, Status::wrong);
    EXPECT_EQ(stop.outcome().phase, Phase::check);
    return stop.outcome().reason;
  }
}

std::string exact_problem(const Product& p) {
  return problem([&] { check_exact(p.found(), p.a, p.b, kKey); });
}
ProductCheck check_of(const Product& p, double full_reference = ProductCheck::kFullReference) {
  return ProductCheck(p.size, RP_F64, p.a, p.b, kKey, full_reference);
}
std::string product_problem(const ProductCheck& check, const Product& p) {
  return problem([&] { check.check(p.found()); });
}
TEST(GemmReference, IsExactForIntegersOfAnyShape) {
  for (const Dimensions& size :
       {Dimensions{1, 1, 1}, {3, 17, 5}, {9, 31, 300}, {17, 257, 513}, {300, 300, 200}}) {
    const auto a = integer_values(kKey, 1, size.m * size.k, 1000);
    const auto b = integer_values(kKey, 2, size.k * size.n, 1000);
    std::vector<double> found(size.m * size.n), expected(found.size());
    multiply_reference(size, a, b, found);
    for (std::uint64_t i = 0; i < size.m; ++i) {
      for (std::uint64_t p = 0; p < size.k; ++p) {
        for (std::uint64_t j = 0; j < size.n; ++j)
          expected[i * size.n + j] += a[i * size.k + p] * b[p * size.n + j];
      }
    }
    EXPECT_EQ(found, expected) << size.m << " x " << size.n << " x " << size.k;
  }
}

TEST(GemmChecks, ExactIntegersOfEveryTypeFitIntoTheSums) {
  for (const std::uint64_t k : {1u, 64u, 2048u, 100000u}) {
    const double count = static_cast<double>(k);
    EXPECT_LE(std::pow(largest_exact(RP_F64, RP_F64, k), 2) * count, 0x1p53) << k;
    EXPECT_LE(std::pow(largest_exact(RP_F32, RP_F32, k), 2) * count, 0x1p24) << k;
    EXPECT_LE(std::pow(largest_exact(RP_BF16, RP_F32, k), 2) * count, 0x1p24) << k;
    EXPECT_LE(std::pow(largest_exact(RP_I8, RP_I32, k), 2) * count, 0x1p31) << k;
    const double bf16 = largest_exact(RP_BF16, RP_F32, k);
    for (double value = 0; value <= bf16; ++value)
      EXPECT_EQ(static_cast<double>(kernels::Bf16(value)), value);
  }
  for (double value = 0; value <= largest_exact(RP_F16, RP_F32, 1); ++value)
    EXPECT_EQ(static_cast<double>(kernels::F16(value)), value);
  for (double value = 0; value <= largest_exact(RP_TF32, RP_F32, 1); ++value)
    EXPECT_EQ(static_cast<double>(kernels::Tf32(value)), value);
  for (double value = 0; value <= largest_exact(RP_F8E4M3, RP_F32, 1); ++value)
    EXPECT_EQ(static_cast<double>(kernels::F8E4M3(value)), value);
  for (double value = 0; value <= largest_exact(RP_F8E5M2, RP_F32, 1); ++value)
    EXPECT_EQ(static_cast<double>(kernels::F8E5M2(value)), value);
  for (const std::uint64_t k : {1u, 64u, 4096u})
    EXPECT_LE(std::pow(largest_exact(RP_F8E4M3, RP_F32, k), 2) * static_cast<double>(k), 0x1p13) << k;
  EXPECT_GT(largest_exact(RP_F64, RP_F64, 2048), 1e6) << "most of the mantissa must be used";
}

TEST(GemmChecks, ExactSeesOneWrongElementAnywhere) {
  const Product right = integer_product();
  EXPECT_EQ(exact_problem(right), "");
  for (std::uint64_t i = 0; i < right.c.size(); ++i) {
    Product spoilt = right;
    spoilt.c[i] += 1;
    EXPECT_NE(exact_problem(spoilt), "") << i;
  }
  for (const double value : {kNan, std::numeric_limits<double>::infinity(), right.c[40] + 0.5, 1e300}) {
    Product spoilt = right;
    spoilt.c[40] = value;
    EXPECT_NE(exact_problem(spoilt), "") << value;
  }
}

TEST(GemmChecks, ExactSeesElementsThatChangedPlaces) {
  Product spoilt = integer_product();
  ASSERT_NE(spoilt.c[30], spoilt.c[31]);
  std::swap(spoilt.c[30], spoilt.c[31]);
  EXPECT_NE(exact_problem(spoilt), "");
  Product rows = integer_product();
  std::swap_ranges(rows.c.begin() + 23, rows.c.begin() + 46, rows.c.begin() + 46);
  EXPECT_NE(exact_problem(rows), "");
}

TEST(GemmChecks, ExactReadsIntegerOutputs) {
  const auto a = integer_values(kKey, 1, kSize.m * kSize.k, 127);
  const auto b = integer_values(kKey, 2, kSize.k * kSize.n, 127);
  const Product product(kSize, a, b);
  std::vector<std::int32_t> c(product.c.begin(), product.c.end());
  const FoundProduct found{kSize, RP_I32, std::as_bytes(std::span(c)), "product"};
  EXPECT_EQ(problem([&] { check_exact(found, a, b, kKey); }), "");
  c[100] ^= 1;
  EXPECT_NE(problem([&] { check_exact(found, a, b, kKey); }), "");
}

/// Passes as it is, and with no element of it one bit off.
template <class Check>
void expect_every_bit_needed(const Product& right, Check&& check) {
  EXPECT_EQ(problem([&] { check(right.found()); }), "");
  for (std::uint64_t i = 0; i < right.c.size(); ++i) {
    for (const double value : {std::nextafter(right.c[i], 10), kNan}) {
      Product spoilt = right;
      spoilt.c[i] = value;
      EXPECT_NE(problem([&] { check(spoilt.found()); }), "") << i;
    }
  }
}

TEST(GemmChecks, SelectionsNeedEveryBitOfEveryColumnAndRow) {
  for (const Dimensions& size : {kSize, Dimensions{5, 40, 7}, Dimensions{1, 9, 9}, Dimensions{7, 2, 15}}) {
    const Product data = normal_product(size);
    std::vector<bool> columns(size.k), rows(size.k);
    for (std::uint64_t first = 0; first < size.k; first += size.n) {
      const Product picked(size, data.a, column_selection(size, first));
      expect_every_bit_needed(
          picked, [&](const FoundProduct& found) { check_selected_columns(found, data.a, first); });
      for (std::uint64_t p = 0; p < size.k; ++p)
        columns[p] = columns[p] || std::ranges::find(picked.c, data.a[p]) != picked.c.end();
    }
    for (std::uint64_t first = 0; first < size.k; first += size.m) {
      const Product picked(size, row_selection(size, first), data.b);
      expect_every_bit_needed(picked,
                              [&](const FoundProduct& found) { check_selected_rows(found, data.b, first); });
      for (std::uint64_t p = 0; p < size.k; ++p)
        rows[p] = rows[p] || std::ranges::find(picked.c, data.b[p * size.n]) != picked.c.end();
    }
    EXPECT_TRUE(std::ranges::all_of(columns, [](bool seen) { return seen; })) << size.n;
    EXPECT_TRUE(std::ranges::all_of(rows, [](bool seen) { return seen; })) << size.m;
  }
}

TEST(GemmChecks, EveryElementIsHeldAgainstTheReference) {
  const Product right = normal_product();
  const ProductCheck check = check_of(right);
  EXPECT_EQ(product_problem(check, right), "");
  for (std::uint64_t i = 0; i < right.c.size(); ++i) {
    for (const double value : {right.c[i] + 1e-12, right.c[i] - 1e-12, kNan}) {
      Product spoilt = right;
      spoilt.c[i] = value;
      const std::string reason = product_problem(check, spoilt);
      EXPECT_NE(reason.find("of product 5"), std::string::npos) << i << reason;
    }
  }
}

TEST(GemmChecks, TheToleranceIsThatOfTheAccumulation) {
  Product p = normal_product();
  p.c[3] += 1e-7;
  const auto with = [&](rp_dtype accumulate) {
    return problem([&] { ProductCheck(p.size, accumulate, p.a, p.b, kKey).check(p.found()); });
  };
  EXPECT_EQ(with(RP_F32), "");
  EXPECT_NE(with(RP_F64), "");
  EXPECT_NE(with(RP_I32), "") << "integers must be equal";
}

TEST(GemmChecks, ARotatedProductIsNotTheSameProduct) {
  const Product right = normal_product();
  Product rotated = right;
  for (std::uint64_t i = 0; i < kSize.m; ++i) {
    for (std::uint64_t j = 0; j < kSize.n; ++j)
      rotated.c[i * kSize.n + j] = right.c[i * kSize.n + (j + 4) % kSize.n];
  }
  for (const double full_reference : {ProductCheck::kFullReference, 0.0}) {
    const ProductCheck check(kSize, RP_F64, right.a, right.b, kKey, full_reference);
    EXPECT_EQ(problem([&] { check.check(rotated.found(), 4); }), "");
    EXPECT_NE(problem([&] { check.check(rotated.found(), 0); }), "");
    EXPECT_NE(problem([&] { check.check(right.found(), 4); }), "");
  }
}

TEST(GemmChecks, SumsSeeOneWrongElementAnywhere) {
  const Product right = normal_product();
  const ProductCheck check = check_of(right, 0);
  EXPECT_EQ(product_problem(check, right), "");
  for (std::uint64_t i = 0; i < right.c.size(); ++i) {
    for (const double value : {right.c[i] + 1e-11, right.c[i] - 1e-11, kNan}) {
      Product spoilt = right;
      spoilt.c[i] = value;
      EXPECT_NE(product_problem(check, spoilt), "") << i;
    }
  }
}

TEST(GemmChecks, SumsPassRightProductsOfF32) {
  const Dimensions size{64, 96, 500};
  const auto a = matrix_values(RP_F32, kKey, 1, size.m * size.k);
  const auto b = matrix_values(RP_F32, kKey, 2, size.k * size.n);
  std::vector<float> c(size.m * size.n);
  for (std::uint64_t i = 0; i < size.m; ++i) {
    for (std::uint64_t p = 0; p < size.k; ++p) {
      for (std::uint64_t j = 0; j < size.n; ++j)
        c[i * size.n + j] += static_cast<float>(a[i * size.k + p]) * static_cast<float>(b[p * size.n + j]);
    }
  }
  const FoundProduct found{size, RP_F32, std::as_bytes(std::span(c)), "product"};
  for (const double full_reference : {ProductCheck::kFullReference, 0.0}) {
    const ProductCheck check(size, RP_F32, a, b, kKey, full_reference);
    EXPECT_EQ(problem([&] { check.check(found); }), "");
    const float kept = c[777];
    c[777] += 0.1f;
    EXPECT_NE(problem([&] { check.check(found); }), "");
    c[777] = kept;
  }
}

TEST(GemmChecks, ZerosAreZeros) {
  Product p(kSize, std::vector<double>(kSize.m * kSize.k), std::vector<double>(kSize.k * kSize.n));
  EXPECT_EQ(problem([&] { check_zeros(p.found()); }), "");
  for (const double value : {5e-324, kNan}) {
    p.c[9] = value;
    EXPECT_NE(problem([&] { check_zeros(p.found()); }), "") << value;
  }
}

TEST(GemmShape, IsReadFromTheId) {
  const GemmShape square = gemm_shape("compute/host/gemm:f64,sustained");
  EXPECT_EQ(square.size.m, 1024u);
  EXPECT_EQ(square.size.k, 1024u);
  EXPECT_EQ(square.output, RP_F64);
  EXPECT_EQ(square.window, SampleWindow::sustained);
  const GemmShape skinny = gemm_shape("compute/host/gemm:bf16,acc=f32,out=f32,m=4,n=30,k=7,batch=3,cold");
  EXPECT_EQ(skinny.input, RP_BF16);
  EXPECT_EQ(skinny.accumulate, RP_F32);
  EXPECT_EQ(skinny.output, RP_F32);
  EXPECT_EQ(skinny.size.m, 4u);
  EXPECT_EQ(skinny.c_count(), 360u);
  EXPECT_EQ(skinny.operations(), 2.0 * 4 * 30 * 7 * 3);
  EXPECT_TRUE(skinny.cold);
  EXPECT_EQ(skinny.window, SampleWindow::precise);
  EXPECT_EQ(gemm_shape("compute/host/gemm:i8,n=8,burst").window, SampleWindow::burst);
  EXPECT_FALSE(skinny.transpose_b);
  const GemmShape transposed = gemm_shape("compute/device/gemm:f8e4m3,acc=f32,out=f32,n=16,layout=tn");
  EXPECT_TRUE(transposed.transpose_b);
  EXPECT_EQ(unit_roundoff(transposed.accumulation()), 0x1p-13);
  EXPECT_EQ(unit_roundoff(skinny.accumulation()), 0x1p-24);
  for (const char* id : {"compute/host/gemm", "compute/host/gemm:f9", "compute/host/gemm:f64,n=0",
                         "compute/host/gemm:f64,n=12x", "compute/host/gemm:f64,warm",
                         "compute/host/gemm:f64,layout=nn", "compute/host/gemm:f64,q=3"}) {
    EXPECT_THROW(gemm_shape(id), Error) << id;
  }
}

}  // namespace
}  // namespace rackproof
