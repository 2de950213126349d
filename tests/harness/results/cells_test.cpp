#include "harness/results/cells.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "harness/base/no_number.hpp"

namespace rackproof {
namespace {

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
  EXPECT_TRUE(std::isnan(rounded(kNoNumber, 5)) && std::isnan(rounded_down(kNoNumber, 4)) &&
              std::isnan(rounded_up(kNoNumber, 4)));
}

TEST(Rounding, ANumberThatHasTheDigitsStays) {
  for (const double value : {0.1, 0.3, 1.234e-7, 0.0001234, 2.5e9, 1.1e10, 7.007e22, 3e-310}) {
    EXPECT_EQ(rounded_down(value, 4), value);
    EXPECT_EQ(rounded_up(value, 4), value);
  }
}

/// Rounding by way of text only, as rounded(), rounded_down() (step −1) and rounded_up() (step 1) are defined.
double by_text(double value, int digits, int step) {
  const std::string text = fmt::format("{:.{}e}", value, digits - 1);
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  std::erase(mantissa, '.');
  long long whole = std::atoll(mantissa.c_str());
  const int exponent = std::atoi(text.c_str() + e + 1) - (digits - 1);
  const auto number = [&] { return std::strtod(fmt::format("{}e{}", whole, exponent).c_str(), nullptr); };
  const double near = number();
  if ((step < 0 && near > value) || (step > 0 && near < value)) whole += step;
  return number();
}

/// The same bits, so that the sign of 0 counts.
void expect_as_by_text(double value) {
  for (const int digits : {1, 4, 5, 6, 9, 17}) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(rounded(value, digits)),
              std::bit_cast<std::uint64_t>(by_text(value, digits, 0)))
        << fmt::format("{} to {} digits", value, digits);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(rounded_down(value, digits)),
              std::bit_cast<std::uint64_t>(by_text(value, digits, -1)))
        << fmt::format("{} down to {} digits", value, digits);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(rounded_up(value, digits)),
              std::bit_cast<std::uint64_t>(by_text(value, digits, 1)))
        << fmt::format("{} up to {} digits", value, digits);
  }
}

TEST(Rounding, WithoutTextIsAsWithText) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> exponent(-25, 25);
  for (int i = 0; i < 3000; ++i) {
    const double value = std::pow(10, exponent(random));
    expect_as_by_text(i % 2 == 0 ? value : -value);
    // Decimals of six digits, halves between those of five among them, and what lies beside them.
    const double decimal =
        static_cast<double>(random() % 1'000'000) * std::pow(10, static_cast<int>(exponent(random)));
    for (const double near : {decimal, std::nextafter(decimal, INFINITY), std::nextafter(decimal, 0.0)})
      expect_as_by_text(near);
    if (const auto any = std::bit_cast<double>(random()); std::isfinite(any)) expect_as_by_text(any);
    expect_as_by_text(std::bit_cast<double>(random() >> 12));  // subnormal
  }
  for (int power = -323; power <= 308; ++power) {
    const double value = std::strtod(fmt::format("1e{}", power).c_str(), nullptr);
    for (const double near : {value, -value, std::nextafter(value, INFINITY), std::nextafter(value, 0.0)})
      expect_as_by_text(near);
  }
  for (const double value :
       {0.0, -0.0, std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min(), 0.5, 2.5,
        1.5, 12344.5, 12345.5, -12345.5, 99999.5, 0.99999499999999999})
    expect_as_by_text(value);
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
                            {{0, 0, 100, 99, 101, 50}, {1, 0, kNoNumber, 99, 101, 50}});
  EXPECT_TRUE(std::isnan(cell.value) && std::isnan(cell.lo) && std::isnan(cell.hi));
  EXPECT_EQ(cell.n, 0);
}

TEST(Summary, CountsSaturate) {
  const std::vector<LaunchValue> values(70000, {0, 0, 1, 1, 1, 1});
  EXPECT_EQ(cell_of({attempt(Status::ok)}, values).n, 65535);
}

}  // namespace
}  // namespace rackproof
