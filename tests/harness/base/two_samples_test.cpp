#include "harness/base/two_samples.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "harness/base/error.hpp"

namespace rackproof {
namespace {

// Means 3 and 6, variances 2.5 and 10, five values each: t = -3 / sqrt(2.5), degrees = 2.5² / (0.5²/4 + 2²/4) = 5.88.
const std::vector<double> kLow{1, 2, 3, 4, 5};
const std::vector<double> kHigh{2, 4, 6, 8, 10};

TEST(TwoSamples, WelchAgreesWithTheFormulaByHand) {
  const MeanDifference difference = welch_difference(kLow, kHigh);
  EXPECT_DOUBLE_EQ(difference.value, -3);
  EXPECT_DOUBLE_EQ(difference.standard_error, std::sqrt(2.5));
  EXPECT_NEAR(difference.degrees, 6.25 / (0.0625 + 1), 1e-12);
  EXPECT_NEAR(difference.p_differs(), 0.10753, 1e-5);  // of Student's t, -1.8974 with 5.88 degrees
  EXPECT_NEAR(difference.p_less(0) + difference.p_greater(0), 1, 1e-12);
  const Interval interval = difference.interval(0.95);
  EXPECT_NEAR((interval.lo + interval.hi) / 2, -3, 1e-12);
  EXPECT_NEAR(welch_difference(kLow, kHigh).p_less(interval.hi), 0.025, 1e-9);
}

TEST(TwoSamples, WithoutSpreadADifferenceIsSure) {
  const std::vector<double> one{1, 1, 1}, two{2, 2, 2};
  EXPECT_EQ(welch_difference(one, two).p_differs(), 0);
  EXPECT_EQ(welch_difference(one, one).p_differs(), 1);
  EXPECT_EQ(welch_difference(one, two).interval(0.95).lo, -1);
}

TEST(TwoSamples, TinyVariancesKeepTheirDegrees) {
  std::vector<double> low, high;
  for (const double x : kLow) low.push_back(x * 1e-120);
  for (const double x : kHigh) high.push_back(x * 1e-120);
  EXPECT_NEAR(welch_difference(low, high).degrees, welch_difference(kLow, kHigh).degrees, 1e-9);
}

TEST(TwoSamples, ClustersThatDifferAreWhatWasDrawn) {
  // Two of each cluster, which differ by little: as many values as clusters.
  const std::vector<double> apart{0.9, 1.1, 1.9, 2.1, 2.9, 3.1}, mixed{0.9, 3.1, 1.1, 2.9, 1.9, 2.1};
  const std::vector<std::uint32_t> clusters{7, 7, 8, 8, 9, 9}, own{1, 2, 3, 4, 5, 6}, one(6, 1);
  const SampleMean found = clustered_mean(apart, clusters);
  EXPECT_TRUE(found.clustered);
  EXPECT_DOUBLE_EQ(found.value, 2);
  EXPECT_NEAR(found.variance, 1.0 / 3, 1e-12);  // of the means 1, 2, 3
  EXPECT_NEAR(found.degrees, 2, 1e-9);
  for (const auto& alike :
       {clustered_mean(mixed, clusters), clustered_mean(apart, own), clustered_mean(apart, one)}) {
    EXPECT_FALSE(alike.clustered);
    EXPECT_DOUBLE_EQ(alike.variance, sample_mean(apart).variance);
  }
  EXPECT_THROW(clustered_mean(apart, std::vector<std::uint32_t>{1}), Error);
}

TEST(TwoSamples, RefusesWhatHasNoMeanOrNoSpread) {
  const std::vector<double> one{1}, bad{1, std::nan(""), 2}, endless{1, HUGE_VAL};
  EXPECT_THROW(welch_difference(one, kLow), Error);
  EXPECT_THROW(welch_difference(kLow, {}), Error);
  EXPECT_THROW(welch_difference(bad, kLow), Error);
  EXPECT_THROW(welch_difference(kLow, endless), Error);
  EXPECT_THROW(probability_above(bad, kLow), Error);
  EXPECT_THROW(probability_above(kLow, bad), Error);
  EXPECT_THROW(probability_above({}, kLow), Error);
  EXPECT_THROW(holm_adjusted(bad), Error);
}

TEST(TwoSamples, ProbabilityAboveCountsTiesHalf) {
  EXPECT_DOUBLE_EQ(probability_above(std::vector{3.0, 3.0}, std::vector{1.0, 2.0}), 1);
  EXPECT_DOUBLE_EQ(probability_above(std::vector{1.0, 2.0}, std::vector{1.0, 2.0}), 0.5);
  EXPECT_DOUBLE_EQ(probability_above(std::vector{2.0}, std::vector{1.0, 2.0, 3.0, 4.0}), 1.5 / 4);
}

TEST(TwoSamples, HolmStepsDown) {
  EXPECT_TRUE(holm_adjusted({}).empty());
  const std::vector<double> adjusted = holm_adjusted(std::vector{0.03, 0.01, 0.04, 0.9});
  EXPECT_DOUBLE_EQ(adjusted[1], 0.04);
  EXPECT_DOUBLE_EQ(adjusted[0], 0.09);
  EXPECT_DOUBLE_EQ(adjusted[2], 0.09);  // never below a smaller one's
  EXPECT_DOUBLE_EQ(adjusted[3], 0.9);
}

}  // namespace
}  // namespace rackproof
