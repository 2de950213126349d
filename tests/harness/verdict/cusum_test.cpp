#include "harness/verdict/trend/cusum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "harness/base/distributions.hpp"
#include "harness/base/no_number.hpp"
#include "harness/base/statistics.hpp"
#include "harness/verdict/trend/night_noise.hpp"
#include "tests/harness/verdict/nightly_noise.hpp"
#include "tests/harness/verdict/sure.hpp"

namespace rackproof {

namespace {

using test::kSure;

TEST(Cusum, AlarmsOnTheSideTheLevelMovedTo) {
  for (const double step : {3.0, -3.0}) {
    Cusum cusum(10, 60, 1);
    int nights = 0;
    while (cusum.shift() == Shift::none && nights < 100) {
      cusum.add(10 + step);
      ++nights;
    }
    EXPECT_EQ(cusum.shift(), step > 0 ? Shift::up : Shift::down);
    EXPECT_EQ(nights, 4);  // 8.75 / (3 − 0.5), rounded up
  }
}

TEST(Cusum, OneOddNightDoesNotAlarm) {
  Cusum cusum(10, 60, 1);
  for (int i = 0; i < 20; ++i) cusum.add(i == 10 ? -1e6 : 10);
  EXPECT_EQ(cusum.shift(), Shift::none);
}

TEST(Cusum, TheMeanStaysWhileItAlarmsAndThreeGoodNightsEndIt) {
  Cusum cusum(10, 60, 1);
  for (int i = 0; i < 50; ++i) cusum.add(5);
  EXPECT_EQ(cusum.shift(), Shift::down);
  EXPECT_GT(cusum.mean(), 9);  // it moved only before the alarm
  cusum.add(10);
  cusum.add(10);
  cusum.add(kNoNumber);
  EXPECT_EQ(cusum.shift(), Shift::down);
  cusum.add(10);
  EXPECT_EQ(cusum.shift(), Shift::none);
}

TEST(Cusum, NoSpreadAlarmsOnTheFirstChanges) {
  Cusum cusum(10, 60, 0);
  for (int i = 0; i < 5; ++i) cusum.add(10);
  EXPECT_EQ(cusum.shift(), Shift::none);
  for (int i = 0; i < 3; ++i) cusum.add(10.1);
  EXPECT_EQ(cusum.shift(), Shift::up);
}

TEST(Cusum, ASeriesTellsSinceWhenAndTooShortOnesTellNothing) {
  std::vector<double> values(30, 1.0);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += i % 2 == 0 ? 0.01 : -0.01;
  values[3] = values[12] = kNoNumber;
  EXPECT_EQ(scan_cusum(values, 0.01).shift, Shift::none);
  for (std::size_t i = 20; i < values.size(); ++i) values[i] -= 0.1;
  const CusumAlarm alarm = scan_cusum(values, 0.01);
  EXPECT_EQ(alarm.shift, Shift::down);
  EXPECT_EQ(alarm.since, 22u);
  EXPECT_EQ(alarm.last, 29u);
  EXPECT_TRUE(alarm.now);
  for (int i = 0; i < 5; ++i) values.push_back(1);
  const CusumAlarm over = scan_cusum(values, 0.01);
  EXPECT_EQ(over.shift, Shift::down);
  EXPECT_EQ(over.last, 31u);  // the third good night ends it
  EXPECT_FALSE(over.now);
  EXPECT_EQ(scan_cusum(std::vector<double>(9, 1.0), 1).shift, Shift::none);
  EXPECT_EQ(scan_cusum(std::vector<double>(100, kNoNumber), 1).shift, Shift::none);
}

TEST(Cusum, AlarmsWithoutCauseAsRarelyAsCalibrated) {
  constexpr std::size_t kSeries = 20'000;
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::size_t alarms = 0;
  std::vector<double> nights(70);
  for (std::size_t i = 0; i < kSeries; ++i) {
    test::draw_nights(test::Noise::gauss, seed, i, nights);
    alarms += scan_cusum(nights, 1).shift != Shift::none ? 1 : 0;
  }
  EXPECT_LE(binomial_lower_bound(alarms, kSeries, kSure), 0.0025) << alarms;
}

TEST(Cusum, FindsAStepAsSoonAsItShould) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::vector<double> delays;
  std::vector<double> nights(40);
  for (std::size_t i = 0; i < 500; ++i) {
    test::draw_nights(test::Noise::gauss, seed, i, nights);
    Cusum cusum(0, 60, 1);
    std::size_t night = 0;
    while (night < nights.size() && cusum.shift() != Shift::down) cusum.add(nights[night++] - 2);
    delays.push_back(static_cast<double>(night));
  }
  EXPECT_LE(median(delays), 8);
  EXPECT_GE(median(delays), 5);
}

TEST(NightNoise, ScaleAndCorrelationAreFoundDespiteAStep) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  PooledLag1 independent, correlated;
  std::vector<double> scales;
  std::vector<double> nights(60);
  for (std::size_t i = 0; i < 400; ++i) {
    test::draw_nights(test::Noise::gauss, seed, i, nights);
    test::add_step(nights, 30, -10);
    scales.push_back(difference_scale(nights));
    independent.add(nights);
    test::draw_nights(test::Noise::correlated, seed, i, nights);
    correlated.add(nights);
  }
  EXPECT_NEAR(median(scales), 1, 0.1);
  EXPECT_NEAR(independent.lag1(), 0, 0.09);
  EXPECT_NEAR(correlated.lag1(), 0.3, 0.09);
  EXPECT_EQ(PooledLag1().lag1(), 0);
  EXPECT_EQ(correlated.lag1(1'000'000), 0);  // too few to tell
}

TEST(NightNoise, AScaleIsDrawnTowardsItsCohort) {
  EXPECT_DOUBLE_EQ(shrunk_scale(2, 11, 2), 2);
  EXPECT_DOUBLE_EQ(shrunk_scale(3, 1, 2), 2);
  EXPECT_DOUBLE_EQ(shrunk_scale(0, 11, 2), std::sqrt(2.0));
}

}  // namespace

}  // namespace rackproof
