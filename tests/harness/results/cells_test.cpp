#include "harness/results/cells.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace rackproof {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

AttemptRow attempt(Status status, std::int32_t launch = 0, std::int32_t number = 0) {
  AttemptRow row;
  row.outcome.status = status;
  row.launch = launch;
  row.attempt = number;
  row.stop = status == Status::ok ? Stop::precise : Stop::error;
  return row;
}

CellValue cell_of(const std::vector<AttemptRow>& rows, const std::vector<LaunchValue>& values,
                  double component = 0) {
  std::vector<const AttemptRow*> pointers;
  for (const auto& row : rows) pointers.push_back(&row);
  return summarise(pointers, values, component);
}

TEST(Rounding, KeepsSoManyDigits) {
  EXPECT_EQ(rounded(123456, 5), 123460);
  EXPECT_EQ(rounded(-0.0123454, 5), -0.012345);
  EXPECT_EQ(rounded(9.99996, 5), 10);
  EXPECT_EQ(rounded_down(12349, 4), 12340);
  EXPECT_EQ(rounded_up(12341, 4), 12350);
  EXPECT_EQ(rounded_down(-12341, 4), -12350);
  EXPECT_EQ(rounded_up(-12349, 4), -12340);
  EXPECT_EQ(rounded_up(9999.5, 4), 10000);
  EXPECT_EQ(rounded(0, 5), 0);
  EXPECT_TRUE(std::isnan(rounded(kNaN, 5)) && std::isnan(rounded_down(kNaN, 4)) &&
              std::isnan(rounded_up(kNaN, 4)));
}

TEST(Rounding, ANumberThatHasTheDigitsStays) {
  for (const double value : {0.1, 0.3, 1.234e-7, 0.0001234, 2.5e9, 1.1e10, 7.007e22, 3e-310}) {
    EXPECT_EQ(rounded_down(value, 4), value);
    EXPECT_EQ(rounded_up(value, 4), value);
  }
}

TEST(Rounding, IsOutwardAndNarrow) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-30, 30);
  for (int i = 0; i < 5000; ++i) {
    const double value = (i % 2 == 0 ? 1 : -1) * std::pow(10, exponent(random));
    const double low = rounded_down(value, 4);
    const double high = rounded_up(value, 4);
    EXPECT_TRUE(low <= value && value <= high && high - low <= 1.0001e-3 * std::abs(value)) << value;
  }
}

TEST(Summary, IsTheMedianOfLaunches) {
  const auto cell = cell_of({attempt(Status::ok, 0), attempt(Status::ok, 1), attempt(Status::ok, 2)},
                            {{0, 0, 100, 99, 101, 50}, {1, 0, 300, 298, 302, 50}, {2, 0, 200, 197, 203, 50}});
  EXPECT_EQ(cell.value, 200.F);
  EXPECT_EQ(cell.lo, 198.F);
  EXPECT_EQ(cell.hi, 202.F);
  EXPECT_EQ(cell.n, 3);
  EXPECT_EQ(cell.status, Status::ok);
  EXPECT_EQ(cell.stop, Stop::precise);
}

TEST(Summary, IsWidenedByTheLaunchComponent) {
  const auto cell = cell_of({attempt(Status::ok)}, {{0, 0, 1000, 1000, 1000, 50}}, 0.1);
  EXPECT_NEAR(cell.lo, 1000 - 195.996, 0.2);
  EXPECT_NEAR(cell.hi, 1000 + 195.996, 0.2);
  EXPECT_LE(cell.lo, 1000 - 195.996F);
  EXPECT_GE(cell.hi, 1000 + 195.996F);
  const auto two = cell_of({attempt(Status::ok, 0), attempt(Status::ok, 1)},
                           {{0, 0, 1000, 1000, 1000, 50}, {1, 0, 1000, 1000, 1000, 50}}, 0.1);
  EXPECT_LT(two.hi, cell.hi);
}

TEST(Summary, AWrongAnswerTakesTheNumberAway) {
  for (const int wrong : {0, 1}) {
    const auto cell = cell_of({attempt(wrong == 0 ? Status::wrong : Status::ok, 0),
                               attempt(wrong == 1 ? Status::wrong : Status::ok, 1)},
                              {{0, 0, 100, 99, 101, 50}});
    EXPECT_EQ(cell.status, Status::wrong);
    EXPECT_TRUE(std::isnan(cell.value) && std::isnan(cell.lo) && std::isnan(cell.hi));
    EXPECT_EQ(cell.n, 0);
  }
}

TEST(Summary, OkOnRetryIsOk) {
  const auto cell =
      cell_of({attempt(Status::crashed, 0, 0), attempt(Status::ok, 0, 1), attempt(Status::timeout, 1, 0)},
              {{1, 0, 100, 99, 101, 50}});
  EXPECT_EQ(cell.status, Status::ok);
  EXPECT_EQ(cell.value, 100.F);
  EXPECT_EQ(cell.n, 1);
}

TEST(Summary, TheLastAttemptOfTheLastLaunchSpeaks) {
  EXPECT_EQ(
      cell_of({attempt(Status::timeout, 1, 1), attempt(Status::crashed, 1, 0), attempt(Status::failed, 0, 2)},
              {})
          .status,
      Status::timeout);
  const auto none = cell_of({}, {});
  EXPECT_EQ(none.status, Status::skipped);
  EXPECT_TRUE(std::isnan(none.value));
}

TEST(Summary, ANumberThatIsNotOneIsNeverAveragedAway) {
  const auto cell = cell_of({attempt(Status::ok, 0), attempt(Status::ok, 1)},
                            {{0, 0, 100, 99, 101, 50}, {1, 0, kNaN, 99, 101, 50}});
  EXPECT_TRUE(std::isnan(cell.value) && std::isnan(cell.lo) && std::isnan(cell.hi));
  EXPECT_EQ(cell.n, 0);
}

TEST(Summary, CountsSaturate) {
  const std::vector<LaunchValue> values(70000, {0, 0, 1, 1, 1, 1});
  EXPECT_EQ(cell_of({attempt(Status::ok)}, values).n, 65535);
}

}  // namespace
}  // namespace rackproof
