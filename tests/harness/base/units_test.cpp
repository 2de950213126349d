#include "harness/base/units.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/base/error.hpp"

namespace rackproof {

TEST(Units, DimensionsAreCheckedByTheCompiler) {
  constexpr BytesPerSecond rate = Bytes{6e9} / Seconds{2};
  static_assert(rate.value == 3e9);
  static_assert(std::is_same_v<decltype(Bytes{1} / Bytes{1}), Quantity<kNumber>>);
}

TEST(Units, ParsesPrefixesBitsAndBinaryUnits) {
  const auto value = [](std::string_view text) { return parse_quantity(text).value; };
  EXPECT_DOUBLE_EQ(value("3.2 TB/s"), 3.2e12);
  EXPECT_DOUBLE_EQ(value("400 Gb/s"), 50e9);
  EXPECT_DOUBLE_EQ(value("512 MiB"), 512.0 * 1024 * 1024);
  EXPECT_DOUBLE_EQ(value("5 us"), 5e-6);
  EXPECT_DOUBLE_EQ(value("2 min"), 120);
  EXPECT_DOUBLE_EQ(value("5 %"), 0.05);
  EXPECT_DOUBLE_EQ(value("0.9"), 0.9);
  EXPECT_DOUBLE_EQ(value("10 GFLOP/s"), 1e10);
  EXPECT_EQ(parse_quantity("30 s").dimension, kSecond);
  EXPECT_EQ(parse_quantity("20 token/s").dimension, kTokenPerSecond);
}

TEST(Units, RefusesWhatIsNoQuantityAndSaysWhatToWrite) {
  for (const char* bad : {"", "fast", "5 parsec", "5 GBs", "nan", "inf GB/s", "5 Gmin", "1 M%"}) {
    try {
      parse_quantity(bad);
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("GB/s"), std::string::npos) << error.what();
    }
  }
}

TEST(Units, PrintsFourDigitsWithADecimalPrefix) {
  EXPECT_EQ(format_quantity(3.35e12, "B/s"), "3.35 TB/s");
  EXPECT_EQ(format_quantity(999.96e3, "B/s"), "1 MB/s");
  EXPECT_EQ(format_quantity(1.234e-6, "s"), "1.234 us");
  EXPECT_EQ(format_quantity(90, "s"), "90 s");
  EXPECT_EQ(format_quantity(0.25, "1"), "0.25");
  EXPECT_EQ(format_quantity(0, "B/s"), "0 B/s");
  EXPECT_EQ(format_quantity(std::nan(""), "B/s"), "not measured");
}

TEST(Units, WhatIsPrintedIsParsedBack) {
  for (const double value : {1.0, 12.5e9, 999.9e3, 3e-7, 5e15}) {
    EXPECT_NEAR(parse_quantity(format_quantity(value, "B/s", 12)).value / value, 1, 1e-9) << value;
  }
}

TEST(Units, UnitTextsAndDimensionsAreInverse) {
  for (const char* unit : {"B/s", "s", "flop/s", "token/s", "1", "B", "W", "K", "op/s"}) {
    EXPECT_EQ(si_unit(dimension_of(unit)), unit);
  }
}

}  // namespace rackproof
