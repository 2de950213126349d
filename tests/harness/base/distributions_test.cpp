#include "harness/base/distributions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

// Reference values: tables of the distributions, and exact sums of binomials.
TEST(Distributions, AgreeWithTables) {
  EXPECT_NEAR(normal_cdf(-5), 2.866515718791933e-07, 1e-20);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(student_quantile(0.975, 7), 2.364624251592784, 1e-9);
  EXPECT_NEAR(student_quantile(0.999, 5), 5.893429531356009, 1e-9);
  EXPECT_NEAR(student_cdf(2.364624251592784, 7), 0.975, 1e-12);
  EXPECT_NEAR(chi_squared_quantile(0.05, 9), 3.325112843066815, 1e-9);
  EXPECT_NEAR(chi_squared_cdf(3.325112843066815, 9), 0.05, 1e-12);
  EXPECT_EQ(chi_squared_cdf(-1, 9), 0);
  EXPECT_NEAR(hypergeometric_tail(7, 10, 20, 100), 0.0003917162759604709, 1e-12);
  EXPECT_EQ(hypergeometric_tail(0, 10, 20, 100), 1);
  EXPECT_NEAR(hypergeometric_tail(100000, 100000, 100000, 1000000), 0, 1e-300);
}

TEST(Distributions, BoundsOfAShare) {
  EXPECT_EQ(binomial_lower_bound(0, 10, 0.95), 0);
  EXPECT_EQ(binomial_upper_bound(10, 10, 0.95), 1);
  EXPECT_NEAR(binomial_upper_bound(0, 59, 0.95), 1 - std::pow(0.05, 1.0 / 59), 1e-9);
  EXPECT_NEAR(binomial_lower_bound(59, 59, 0.95), std::pow(0.05, 1.0 / 59), 1e-9);
}

TEST(Distributions, RefuseWhatLiesOutside) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(normal_cdf(kNaN), Error);
  EXPECT_THROW(normal_quantile(0), Error);
  EXPECT_THROW(normal_quantile(kNaN), Error);
  EXPECT_THROW(student_quantile(0.5, 0), Error);
  EXPECT_THROW(chi_squared_quantile(0.5, kNaN), Error);
  EXPECT_THROW(binomial_upper_bound(3, 2, 0.95), Error);
  EXPECT_THROW(binomial_upper_bound(0, 0, 0.95), Error);
  EXPECT_THROW(hypergeometric_tail(3, 2, 5, 10), Error);
}

}  // namespace

}  // namespace rackproof
