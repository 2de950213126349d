#include "harness/base/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "harness/base/error.hpp"

namespace rackproof {

TEST(Statistics, QuantilesInterpolateOrderStatistics) {
  const std::vector<double> values{4, 1, 3, 2};
  EXPECT_DOUBLE_EQ(median(values), 2.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0), 1);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 4);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 1.75);
  EXPECT_DOUBLE_EQ(median(std::vector<double>{7}), 7);
}

TEST(Statistics, EmptyInputAndNaNAreRefused) {
  EXPECT_THROW(median({}), Error);
  EXPECT_THROW(median(std::vector<double>{1, std::nan(""), 2}), Error);
  EXPECT_THROW(median_interval(std::vector<double>{std::nan("")}), Error);
}

TEST(Statistics, ScaledMadIsTheStandardDeviationOfANormalSample) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal(10, 3);
  std::vector<double> values(20'000);
  for (double& value : values) value = normal(random);
  EXPECT_NEAR(scaled_mad(values), 3, 0.1);
  EXPECT_DOUBLE_EQ(scaled_mad(std::vector<double>{5, 5, 5}), 0);
}

// Exact coverages at nominal 95 %: n = 6 → 96.9 %, n = 10 → 97.9 %: the widest intervals of their kind.
TEST(Statistics, MedianIntervalUsesTheRightOrderStatistics) {
  std::vector<double> six{1, 2, 3, 4, 5, 6};
  EXPECT_DOUBLE_EQ(median_interval(six).lo, 1);
  EXPECT_DOUBLE_EQ(median_interval(six).hi, 6);
  std::vector<double> ten{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_DOUBLE_EQ(median_interval(ten).lo, 2);
  EXPECT_DOUBLE_EQ(median_interval(ten).hi, 9);
}

// The ranks from the definition, by the exact sum of binomial probabilities.
TEST(Statistics, MedianIntervalIsTheNarrowestOfItsCoverage) {
  for (const double coverage : {0.5, 0.95, 0.97, 0.999}) {
    for (std::size_t n = 1; n <= 200; ++n) {
      std::vector<double> values(n);
      std::iota(values.begin(), values.end(), 1.0);
      double probability = std::pow(0.5, static_cast<double>(n));  // of X = k
      double missed = 0;                                           // P(X < k)
      std::size_t k = 0;
      while (2 * (k + 1) <= n && missed + probability <= (1 - coverage) / 2) {
        missed += probability;
        probability *= static_cast<double>(n - k) / static_cast<double>(k + 1);
        ++k;
      }
      const Interval interval = median_interval(values, coverage);
      EXPECT_DOUBLE_EQ(interval.lo, static_cast<double>(std::max<std::size_t>(k, 1))) << n << ' ' << coverage;
      EXPECT_DOUBLE_EQ(interval.hi, static_cast<double>(n + 1 - std::max<std::size_t>(k, 1)));
    }
  }
}

TEST(Statistics, MedianIntervalOfManyValues) {
  std::vector<double> values(1'000'000);
  std::iota(values.begin(), values.end(), 1.0);
  const Interval interval = median_interval(values);
  EXPECT_NEAR(interval.lo, 500'000 - 1.96 * 500, 2);
  EXPECT_DOUBLE_EQ(interval.lo + interval.hi, 1'000'001);
}

TEST(Statistics, MedianIntervalCoversTheTruthAtLeastAsOftenAsStated) {
  std::mt19937_64 random(11);
  std::lognormal_distribution<double> skewed(0, 1);  // true median 1
  for (const std::size_t n : {6u, 25u, 100u}) {
    int covered = 0;
    constexpr int kRuns = 4000;
    for (int run = 0; run < kRuns; ++run) {
      std::vector<double> values(n);
      for (double& value : values) value = skewed(random);
      const Interval interval = median_interval(values);
      covered += interval.lo <= 1 && 1 <= interval.hi ? 1 : 0;
    }
    // Three standard errors of a proportion of 95 % below.
    EXPECT_GE(covered, kRuns * (0.95 - 3 * std::sqrt(0.95 * 0.05 / kRuns))) << n;
  }
}

TEST(Statistics, ALaunchComponentWidensTheInterval) {
  EXPECT_NEAR(normal_two_sided(0.95), 1.959964, 1e-6);
  const Interval within{99, 101};
  const Interval same = widened(100, within, 0, 2);
  EXPECT_DOUBLE_EQ(same.lo, 99);
  EXPECT_DOUBLE_EQ(same.hi, 101);
  const Interval wide = widened(100, within, 0.10, 4);
  EXPECT_NEAR(wide.hi - 100, std::hypot(1.959964 * 10 / 2, 1), 1e-4);
  EXPECT_THROW(widened(100, within, 0.1, 0), Error);
}

}  // namespace rackproof
