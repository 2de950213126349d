#include "harness/measure/drift.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "harness/base/error.hpp"

namespace rackproof {
namespace {

/// `n` times of median 1e6 with relative noise `sigma`, `change` of the first to the last.
std::vector<std::int64_t> times(std::mt19937_64& random, std::size_t n, double sigma, double change) {
  std::lognormal_distribution<double> noise(0, sigma);
  std::vector<std::int64_t> ns;
  for (std::size_t i = 0; i < n; ++i) {
    const double trend = 1 + change * (static_cast<double>(i) / static_cast<double>(n - 1) - 0.5);
    ns.push_back(std::llround(1e6 * trend * noise(random)));
  }
  return ns;
}

TEST(Drift, MeasuresTheChange) {
  std::mt19937_64 random(5);
  for (const std::size_t n : {6u, 20u, 1000u, 100'000u}) {
    for (const double change : {-0.1, 0.05, 0.3}) {
      const Drift drift = drift_of(times(random, n, 1e-4, change));
      EXPECT_NEAR(drift.change, change, 0.05 * std::abs(change)) << n;
      EXPECT_LT(drift.probability, 0.01) << n;
      EXPECT_FALSE(drift.steady()) << n;
    }
  }
}

TEST(Drift, ASmallChangeIsSteady) {
  std::mt19937_64 random(5);
  const Drift drift = drift_of(times(random, 1000, 1e-4, 0.015));
  EXPECT_LT(drift.probability, 0.01);
  EXPECT_TRUE(drift.steady());
}

TEST(Drift, NoiseAloneRarelyTriggers) {
  std::mt19937_64 random(5);
  for (const std::size_t n : {6u, 10u, 32u, 500u}) {
    constexpr int kRuns = 400;
    int alarms = 0;
    for (int run = 0; run < kRuns; ++run) alarms += drift_of(times(random, n, 0.3, 0)).has_trend() ? 1 : 0;
    // 1 % and four standard errors.
    EXPECT_LE(alarms, 4 + 4 * std::sqrt(4.0)) << n;
  }
}

TEST(Drift, SixteenSamplesTellSixDoNot) {
  std::mt19937_64 random(5);
  const auto found = [&](std::size_t n) {
    constexpr int kRuns = 400;
    int alarms = 0;
    for (int run = 0; run < kRuns; ++run)
      alarms += drift_of(times(random, n, 0.01, 0.05)).has_trend() ? 1 : 0;
    return static_cast<double>(alarms) / kRuns;
  };
  const double sixteen = found(16);
  const double six = found(6);
  EXPECT_GT(sixteen, 0.9);
  EXPECT_LT(six, 0.6);
  RecordProperty("sixteen", std::to_string(sixteen));
  RecordProperty("six", std::to_string(six));
}

TEST(Drift, OutliersAreNoTrend) {
  std::vector<std::int64_t> ns(40, 1000);
  for (const std::size_t at : {30u, 33u, 35u, 38u}) ns[at] = 5000;
  EXPECT_TRUE(drift_of(ns).steady());
  EXPECT_DOUBLE_EQ(drift_of(ns).change, 0);
}

TEST(Drift, NoiseThatCouldHideATrendIsNotSteady) {
  std::mt19937_64 random(5);
  constexpr int kRuns = 200;
  int quiet = 0, noisy = 0, covered = 0;
  for (int run = 0; run < kRuns; ++run) {
    quiet += drift_of(times(random, 32, 0.01, 0)).steady() ? 1 : 0;
    const Drift hidden = drift_of(times(random, 32, 0.3, 0.2));
    noisy += hidden.steady() ? 1 : 0;
    covered += hidden.bound >= 0.2 ? 1 : 0;
  }
  EXPECT_GT(quiet, kRuns * 95 / 100);
  EXPECT_LT(noisy, kRuns * 5 / 100);
  EXPECT_GT(covered, kRuns * 95 / 100);
}

TEST(Drift, FewSamplesShowNothingAndEqualOnesAreSteady) {
  EXPECT_FALSE(drift_of(std::vector<std::int64_t>{1}).steady());
  EXPECT_FALSE(drift_of(std::vector<std::int64_t>{1}).has_trend());
  EXPECT_FALSE(drift_of(std::vector<std::int64_t>{1, 2, 3, 4, 5}).has_trend());
  EXPECT_TRUE(drift_of(std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}).has_trend());
  EXPECT_TRUE(drift_of(std::vector<std::int64_t>(100, 7)).steady());
  EXPECT_NEAR(drift_of(std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}).probability, 2.0 / 720, 1e-12);
  EXPECT_NEAR(drift_of(std::vector<std::int64_t>{6, 5, 4, 3, 2, 1}).probability, 2.0 / 720, 1e-12);
  EXPECT_DOUBLE_EQ(drift_of(std::vector<std::int64_t>(100, 7)).probability, 1);
  EXPECT_THROW(drift_of({}), Error);
}

}  // namespace
}  // namespace rackproof
