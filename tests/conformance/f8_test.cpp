// The host's 8-bit floating-point types and TF32 against the tables and rounding rules of their definitions.
#include "kernels/f8.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/tf32.h"

namespace rackproof::kernels {
namespace {

/// The value of a code as the specification writes it: (−1)^S · 2^(E − bias) · (1 + M / 2^bits), subnormals without the 1.
double defined_value(int code, int mantissa_bits, int bias) {
  const int exponent = (code & 0x7F) >> mantissa_bits;
  const double fraction = std::ldexp(code & ((1 << mantissa_bits) - 1), -mantissa_bits);
  const double magnitude =
      exponent == 0 ? std::ldexp(fraction, 1 - bias) : std::ldexp(1 + fraction, exponent - bias);
  return code >= 0x80 ? -magnitude : magnitude;
}

template <class T>
T of_code(int code) {
  T value;
  value.bits = static_cast<std::uint8_t>(code);
  return value;
}

/// All finite codes of a type, exact there and back; between neighbours the nearest, ties to the even code.
template <class T>
void check_finite(int mantissa_bits, int bias, int largest) {
  for (int code = 0; code <= largest; ++code) {
    for (const int sign : {0, 0x80}) {
      const double value = defined_value(code | sign, mantissa_bits, bias);
      EXPECT_EQ(static_cast<double>(of_code<T>(code | sign)), value) << code;
      EXPECT_EQ(T(value).bits, code | sign);
      EXPECT_EQ(static_cast<double>(static_cast<float>(of_code<T>(code | sign))), value);
    }
    if (code == largest) break;
    const double low = defined_value(code, mantissa_bits, bias);
    const double high = defined_value(code + 1, mantissa_bits, bias);
    const double tie = low + (high - low) / 2;
    for (const int sign : {0, 0x80}) {
      const double negate = sign == 0 ? 1 : -1;
      EXPECT_EQ(T(negate * tie).bits, (code % 2 == 0 ? code : code + 1) | sign);
      EXPECT_EQ(T(negate * std::nextafter(tie, 0)).bits, code | sign);
      EXPECT_EQ(T(negate * std::nextafter(tie, 1e9)).bits, (code + 1) | sign);
    }
  }
}

TEST(F8, E4M3HasEveryValueOfItsTable) {
  check_finite<F8E4M3>(3, 7, 0x7E);
  EXPECT_EQ(static_cast<double>(of_code<F8E4M3>(0x7E)), 448);
  EXPECT_EQ(static_cast<double>(of_code<F8E4M3>(0x01)), 0x1p-9);
  EXPECT_EQ(static_cast<double>(of_code<F8E4M3>(0x08)), 0x1p-6);
  for (const int code : {0x7F, 0xFF}) EXPECT_TRUE(std::isnan(static_cast<double>(of_code<F8E4M3>(code))));
  EXPECT_EQ(F8E4M3(464.0).bits, 0x7E) << "a tie, to the even code";
  for (const double beyond :
       {std::nextafter(464.0, 1e9), 512.0, 1e300, std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(F8E4M3(beyond).bits & 0x7F, 0x7F) << beyond;
    EXPECT_EQ(F8E4M3(-beyond).bits & 0x7F, 0x7F) << beyond;
  }
  EXPECT_EQ(F8E4M3(-1e300).bits, 0xFF);
}

TEST(F8, E5M2HasEveryValueOfItsTable) {
  check_finite<F8E5M2>(2, 15, 0x7B);
  EXPECT_EQ(static_cast<double>(of_code<F8E5M2>(0x7B)), 57344);
  EXPECT_EQ(static_cast<double>(of_code<F8E5M2>(0x01)), 0x1p-16);
  EXPECT_EQ(static_cast<double>(of_code<F8E5M2>(0x04)), 0x1p-14);
  EXPECT_EQ(static_cast<double>(of_code<F8E5M2>(0x7C)), std::numeric_limits<double>::infinity());
  EXPECT_EQ(static_cast<double>(of_code<F8E5M2>(0xFC)), -std::numeric_limits<double>::infinity());
  for (const int code : {0x7D, 0x7E, 0x7F, 0xFD, 0xFE, 0xFF})
    EXPECT_TRUE(std::isnan(static_cast<double>(of_code<F8E5M2>(code)))) << code;
  EXPECT_EQ(F8E5M2(std::nextafter(61440.0, 0)).bits, 0x7B);
  for (const double beyond : {61440.0, 65536.0, 1e300, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(F8E5M2(beyond).bits, 0x7C) << beyond;
    EXPECT_EQ(F8E5M2(-beyond).bits, 0xFC) << beyond;
  }
  EXPECT_TRUE(std::isnan(static_cast<double>(F8E5M2(std::numeric_limits<double>::quiet_NaN()))));
}

TEST(F8, TinyValuesAreZeroWithTheirSign) {
  for (const double value : {0.0, 0x1p-18, 0x1p-100, std::numeric_limits<double>::denorm_min()}) {
    EXPECT_EQ(F8E4M3(value).bits, 0) << value;
    EXPECT_EQ(F8E4M3(-value).bits, 0x80) << value;
    EXPECT_EQ(F8E5M2(value).bits, 0) << value;
    EXPECT_EQ(F8E5M2(-value).bits, 0x80) << value;
  }
}

TEST(Tf32, KeepsTenBitsOfTheMantissa) {
  for (const double value : {1.0, 1.5, -3.25, 1 + 0x1p-10, 1e-30, -1e30, 0.1, 2.0 / 3, 0.0}) {
    const float kept = static_cast<float>(Tf32(value));
    std::uint32_t bits = 0;
    std::memcpy(&bits, &kept, sizeof bits);
    EXPECT_EQ(bits & 0x1FFFu, 0u) << value;
    EXPECT_LE(std::abs(static_cast<double>(kept) - value), 0x1p-11 * std::abs(value)) << value;
    EXPECT_EQ(static_cast<float>(Tf32(static_cast<double>(kept))), kept);
  }
  EXPECT_EQ(static_cast<double>(Tf32(1 + 0x1p-11)), 1.0) << "a tie, to even";
  EXPECT_EQ(static_cast<double>(Tf32(1 + 0x3p-11)), 1 + 0x1p-9) << "a tie, to even";
  EXPECT_EQ(static_cast<double>(Tf32(1 + 0x1p-11 + 0x1p-50)), 1 + 0x1p-10);
  EXPECT_EQ(static_cast<double>(Tf32(2 - 0x1p-11)), 2.0) << "the carry is the next exponent's";
}

}  // namespace
}  // namespace rackproof::kernels
