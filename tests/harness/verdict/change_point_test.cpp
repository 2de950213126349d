#include "harness/verdict/trend/change_point.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"
#include "harness/base/no_number.hpp"
#include "harness/verdict/trend/step_scans.hpp"
#include "tests/harness/verdict/nightly_noise.hpp"
#include "tests/harness/verdict/sure.hpp"

namespace rackproof {

namespace {

using test::kSure;

std::uint64_t new_seed() { return std::random_device{}(); }

std::vector<float> draw(test::Noise noise, std::uint64_t seed, std::size_t count, std::size_t nights,
                        std::size_t age = 0, double step = 0) {
  std::vector<float> values;
  std::vector<double> series(nights);
  for (std::size_t i = 0; i < count; ++i) {
    test::draw_nights(noise, seed, i, series);
    test::add_step(series, age, step);
    values.insert(values.end(), series.begin(), series.end());
  }
  return values;
}

std::size_t alarms(const std::vector<float>& values, std::size_t nights, double lag1,
                   ScanLevel level = ScanLevel::alarm) {
  std::size_t above = 0;
  for (const StepScan& scan : scan_steps({values, nights}, lag1, {}, 0))
    above += scan.is_above(level) ? 1 : 0;
  return above;
}

std::vector<double> steady(std::size_t nights) {
  std::vector<double> values;
  for (std::size_t i = 0; i < nights; ++i) values.push_back(100 + (i % 3 == 0 ? 1 : i % 3 == 1 ? -1 : 0.2));
  return values;
}

TEST(StepScan, FindsTheNightTheLevelsAndTheScaleOfAStep) {
  std::vector<double> values = steady(40);
  test::add_step(values, 10, -8);
  const StepScan scan = scan_step(values);
  EXPECT_EQ(scan.change, 30u);
  EXPECT_EQ(scan.nights, 40u);
  EXPECT_EQ(scan.nights_after, 10u);
  EXPECT_NEAR(scan.before, 100.2, 1e-9);
  EXPECT_NEAR(scan.after, 92.2, 1e-9);
  EXPECT_NEAR(scan.effect(), -8, 1e-9);
  EXPECT_TRUE(scan.is_above(ScanLevel::rare));
  const Interval interval = effect_interval(scan);
  EXPECT_LT(interval.lo, -8);
  EXPECT_GT(interval.hi, -8);
  EXPECT_LT(interval.hi, 0);
}

TEST(StepScan, ASteadySeriesIsNotAboveAnyLevel) {
  EXPECT_FALSE(scan_step(steady(60)).is_above(ScanLevel::label));
  EXPECT_TRUE(change_points(steady(60)).empty());
}

TEST(StepScan, MissingNightsAreLeftOutAndTheOthersKeepTheirPlace) {
  std::vector<double> values = steady(40);
  test::add_step(values, 10, -8);
  const StepScan whole = scan_step(values);
  std::vector<double> with_gaps;
  for (std::size_t i = 0; i < values.size(); ++i) {
    with_gaps.push_back(values[i]);
    if (i % 5 == 4) with_gaps.push_back(i % 2 == 0 ? kNoNumber : std::numeric_limits<double>::infinity());
  }
  const StepScan gaps = scan_step(with_gaps);
  EXPECT_EQ(gaps.nights, 40u);
  EXPECT_EQ(gaps.statistic, whole.statistic);
  EXPECT_EQ(with_gaps[gaps.change], values[whole.change]);
  EXPECT_EQ(gaps.change, 36u);  // the 31st measured night, six gaps before it
}

TEST(StepScan, TooFewNightsAreNoScanAndTooManyAnError) {
  std::vector<double> values = steady(9);
  values.push_back(kNoNumber);
  const StepScan scan = scan_step(values);
  EXPECT_TRUE(std::isnan(scan.statistic));
  EXPECT_TRUE(std::isnan(scan.before));
  EXPECT_FALSE(scan.is_above(ScanLevel::label));
  EXPECT_TRUE(std::isnan(scan_step(std::vector<double>{}).statistic));
  EXPECT_TRUE(std::isnan(scan_step(std::vector<double>(60, kNoNumber)).statistic));
  EXPECT_THROW(scan_step(steady(61)), Error);
  EXPECT_THROW(critical_value(9, ScanLevel::alarm), Error);
  EXPECT_THROW(critical_value(61, ScanLevel::alarm), Error);
}

TEST(StepScan, WithoutSpreadEveryChangeIsAStepAndTheFloorForgivesTheResolution) {
  std::vector<double> values(30, 5.0);
  EXPECT_EQ(scan_step(values).statistic, 0);
  test::add_step(values, 5, 0.001);
  EXPECT_TRUE(scan_step(values).is_above(ScanLevel::rare));
  EXPECT_FALSE(scan_step(values, {0, 0.001}).is_above(ScanLevel::alarm));
}

TEST(StepScan, OneOddNightIsNoStep) {
  std::vector<double> values = steady(60);
  values[58] = 1;
  EXPECT_FALSE(scan_step(values).is_above(ScanLevel::alarm));
  values[57] = values[59] = 1;  // three are
  EXPECT_TRUE(scan_step(values).is_above(ScanLevel::alarm));
}

struct FalseAlarms {
  test::Noise noise;
  double most;
};

TEST(StepScan, AlarmsAsRarelyAsItSays) {
  constexpr std::size_t kSeries = 30'000;
  for (const FalseAlarms& line :
       {FalseAlarms{test::Noise::gauss, 0.0012}, FalseAlarms{test::Noise::dips, 0.003},
        FalseAlarms{test::Noise::student3, 0.004}, FalseAlarms{test::Noise::correlated, 0.002}}) {
    const std::uint64_t seed = new_seed();
    SCOPED_TRACE(testing::Message() << "noise " << static_cast<int>(line.noise) << ", seed " << seed);
    const auto values = draw(line.noise, seed, kSeries, kScanNights);
    const double lag1 = pooled_lag1({values, kScanNights}, 0);
    const std::size_t above = alarms(values, kScanNights, lag1);
    EXPECT_LE(binomial_lower_bound(above, kSeries, kSure), line.most) << above;
    if (line.noise != test::Noise::correlated) continue;
    EXPECT_NEAR(lag1, 0.3, 0.03);
    // Taken as independent, correlated nights alarm far too often.
    EXPECT_GT(binomial_lower_bound(alarms(values, kScanNights, 0), kSeries, kSure), 0.01);
  }
}

TEST(StepScan, FindsAStepOfThreeSigmaAfterFiveNights) {
  constexpr std::size_t kSeries = 4'000;
  for (const auto& [noise, least] :
       {std::pair{test::Noise::gauss, 0.85}, std::pair{test::Noise::dips, 0.76}}) {
    const std::uint64_t seed = new_seed();
    SCOPED_TRACE(testing::Message() << "noise " << static_cast<int>(noise) << ", seed " << seed);
    const auto values = draw(noise, seed, kSeries, kScanNights, 5, -3);
    const std::size_t found = alarms(values, kScanNights, pooled_lag1({values, kScanNights}, 0));
    EXPECT_GE(binomial_upper_bound(found, kSeries, kSure), least) << found;
  }
}

TEST(StepScan, TheIntervalOfTheEffectCoversIt) {
  constexpr std::size_t kSeries = 2'000;
  const std::uint64_t seed = new_seed();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  for (const std::size_t age : {5u, 20u}) {
    const auto values = draw(test::Noise::gauss, seed + age, kSeries, 40, age, -8);
    std::size_t covered = 0;
    for (const StepScan& scan : scan_steps({values, 40}, 0, {}, 0)) {
      const Interval interval = effect_interval(scan);
      covered += interval.lo <= -8 && -8 <= interval.hi ? 1 : 0;
    }
    EXPECT_GE(binomial_upper_bound(covered, kSeries, kSure), 0.95) << covered;
    EXPECT_LE(binomial_lower_bound(covered, kSeries, kSure), 0.99) << covered;
  }
}

TEST(CriticalValues, AreThoseOfASimulation) {
  constexpr std::size_t kSeries = 40'000;
  const std::uint64_t seed = new_seed();
  const std::size_t nights = kLeastNights + seed % (kScanNights - kLeastNights + 1);
  SCOPED_TRACE(testing::Message() << "nights " << nights << ", seed " << seed);
  const auto values = draw(test::Noise::gauss, seed, kSeries, nights);
  for (const ScanLevel level : {ScanLevel::label, ScanLevel::alarm, ScanLevel::rare}) {
    const std::size_t above = alarms(values, nights, 0, level);
    EXPECT_LE(binomial_lower_bound(above, kSeries, kSure), nominal(level)) << above;
    EXPECT_GE(binomial_upper_bound(above, kSeries, kSure), nominal(level)) << above;
  }
}

TEST(Drift, IsManyStepsInOneDirection) {
  const std::uint64_t seed = new_seed();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  constexpr std::size_t kSeries = 300;
  std::size_t drifts = 0, steps = 0;
  std::vector<double> values(kScanNights);
  for (std::size_t i = 0; i < kSeries; ++i) {
    test::draw_nights(test::Noise::gauss, seed, i, values);
    std::vector<double> step = values;
    test::add_step(step, 20, -6);
    steps += is_drift(step) ? 1 : 0;
    for (std::size_t t = 0; t < values.size(); ++t) values[t] -= 12 * static_cast<double>(t) / 60;
    drifts += is_drift(values) ? 1 : 0;
  }
  EXPECT_GE(binomial_upper_bound(drifts, kSeries, kSure), 0.9) << drifts;
  EXPECT_LE(binomial_lower_bound(steps, kSeries, kSure), 0.02) << steps;
}

TEST(StepScans, AreTheSameOnAnyNumberOfThreads) {
  constexpr std::size_t kSeries = 5'000;
  const auto values = draw(test::Noise::correlated, new_seed(), kSeries, 30);
  const NightlySeries series{values, 30};
  const double lag1 = pooled_lag1(series, 1);
  const std::vector<double> floors(kSeries, 0.5);
  const auto one = scan_steps(series, lag1, floors, 1);
  for (const unsigned threads : {2u, 4u}) {
    EXPECT_EQ(pooled_lag1(series, threads), lag1);
    const auto many = scan_steps(series, lag1, floors, threads);
    ASSERT_EQ(many.size(), one.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      ASSERT_EQ(one[i].statistic, many[i].statistic);
      ASSERT_EQ(one[i].change, many[i].change);
      ASSERT_EQ(one[i].before, many[i].before);
      ASSERT_EQ(one[i].after, many[i].after);
      ASSERT_EQ(one[i].scale, many[i].scale);
    }
  }
}

TEST(StepScans, RefuseShapesThatDoNotFit) {
  const std::vector<float> values(100, 1);
  EXPECT_THROW(scan_steps({values, 30}, 0, {}, 1), Error);
  EXPECT_THROW(scan_steps({values, 100}, 0, {}, 1), Error);
  EXPECT_THROW(scan_steps({values, 0}, 0, {}, 1), Error);
  EXPECT_THROW(scan_steps({values, 10}, 0, std::vector<double>(3, 1.0), 1), Error);
  EXPECT_TRUE(scan_steps({{}, 10}, 0, {}, 1).empty());
}

}  // namespace

}  // namespace rackproof
