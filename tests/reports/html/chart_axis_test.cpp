#include "reports/html/chart_axis.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

TEST(ChartAxis, LinearPositionsFollowTheValues) {
  const ChartAxis axis(AxisScale::linear, {10, 20}, {100, 300});
  EXPECT_DOUBLE_EQ(axis.at(10), 100);
  EXPECT_DOUBLE_EQ(axis.at(15), 200);
  EXPECT_DOUBLE_EQ(axis.at(20), 300);
  EXPECT_DOUBLE_EQ(axis.at(25), 400);
  const ChartAxis upwards(AxisScale::linear, {10, 20}, {200, 0});
  EXPECT_LT(upwards.at(19), upwards.at(11));
}

TEST(ChartAxis, LogarithmicPositionsFollowTheRatios) {
  const ChartAxis axis(AxisScale::logarithmic, {0.5, 2}, {0, 100});
  EXPECT_NEAR(axis.at(1), 50, 1e-9);
  EXPECT_NEAR(axis.at(1.25) - 50, 50 - axis.at(0.8), 1e-9);
}

TEST(ChartAxis, WhatIsNoValueHasNoPosition) {
  const ChartAxis linear(AxisScale::linear, {-1, 1}, {0, 1});
  const ChartAxis logarithmic(AxisScale::logarithmic, {1, 2}, {0, 1});
  EXPECT_TRUE(std::isnan(linear.at(std::nan(""))));
  EXPECT_TRUE(std::isnan(linear.at(std::numeric_limits<double>::infinity())));
  EXPECT_TRUE(std::isnan(logarithmic.at(0)));
  EXPECT_TRUE(std::isnan(logarithmic.at(-1)));
}

TEST(ChartAxis, TicksAreRoundAndWithinTheData) {
  const ChartAxis axis(AxisScale::linear, {1.83, 2.07}, {0, 1});
  const std::vector<double> expected{1.85, 1.9, 1.95, 2.0, 2.05};
  const std::vector<double> ticks = axis.ticks(6);
  ASSERT_EQ(ticks.size(), expected.size());
  for (std::size_t i = 0; i < ticks.size(); ++i) EXPECT_NEAR(ticks[i], expected[i], 1e-12);
  EXPECT_EQ(ChartAxis(AxisScale::linear, {0, 1}, {0, 1}).ticks(2).size(), 2u);
  const std::vector<double> around_zero = ChartAxis(AxisScale::linear, {-3, 7}, {0, 1}).ticks(6);
  EXPECT_EQ(around_zero, (std::vector<double>{-2, 0, 2, 4, 6}));
}

TEST(ChartAxis, NeverMoreTicksThanAskedFor) {
  for (double low = 0.001; low < 1e4; low *= 3.7) {
    for (double width = 1.0001; width < 1e9; width *= 2.3) {
      for (const AxisScale scale : {AxisScale::linear, AxisScale::logarithmic}) {
        const ChartAxis axis(scale, {low, low * width}, {0, 1});
        for (const std::size_t most : {2u, 5u, 6u}) {
          const std::vector<double> ticks = axis.ticks(most);
          EXPECT_LE(ticks.size(), most) << low << " " << width;
          for (std::size_t i = 0; i < ticks.size(); ++i) {
            EXPECT_GE(axis.at(ticks[i]), -1e-6);
            EXPECT_LE(axis.at(ticks[i]), 1 + 1e-6);
            EXPECT_TRUE(i == 0 || axis.at(ticks[i]) > axis.at(ticks[i - 1]));
          }
        }
      }
    }
  }
}

TEST(ChartAxis, DecadesHaveTheirOwnTicks) {
  EXPECT_EQ(ChartAxis(AxisScale::logarithmic, {1, 100}, {0, 1}).ticks(8),
            (std::vector<double>{1, 2, 5, 10, 20, 50, 100}));
  EXPECT_EQ(ChartAxis(AxisScale::logarithmic, {1, 1000}, {0, 1}).ticks(5),
            (std::vector<double>{1, 10, 100, 1000}));
}

TEST(ChartAxis, OnePointIsWidened) {
  const ChartAxis axis(AxisScale::linear, {5, 5}, {0, 100});
  EXPECT_NEAR(axis.at(5), 50, 1e-9);
  EXPECT_NEAR(ChartAxis(AxisScale::linear, {0, 0}, {0, 100}).at(0), 50, 1e-9);
}

TEST(ChartAxis, RefusesWhatIsNoAxis) {
  EXPECT_THROW(ChartAxis(AxisScale::linear, {2, 1}, {0, 1}), Error);
  EXPECT_THROW(ChartAxis(AxisScale::linear, {std::nan(""), 1}, {0, 1}), Error);
  EXPECT_THROW(ChartAxis(AxisScale::logarithmic, {0, 1}, {0, 1}), Error);
}

TEST(ChartAxis, DigitsTellNeighboursApart) {
  EXPECT_EQ(tick_digits(std::vector<double>{1.85, 1.9, 1.95}), 4);
  EXPECT_EQ(tick_digits(std::vector<double>{2.00001, 2.00002}), 7);
  EXPECT_EQ(tick_digits(std::vector<double>{}), 4);
}

}  // namespace

}  // namespace rackproof
