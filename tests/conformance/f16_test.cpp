// binary16 by hand: every value, and the rounding between every two.
#include "kernels/f16.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace rackproof::kernels {
namespace {

F16 of_bits(unsigned bits) {
  F16 value;
  value.bits = static_cast<std::uint16_t>(bits);
  return value;
}

/// By the definition: 5 bits of exponent with bias 15, 10 of mantissa.
double defined(unsigned bits) {
  const int exponent = static_cast<int>(bits >> 10 & 31u);
  const double mantissa = static_cast<double>(bits & 1023u);
  const double magnitude = exponent == 0 ? std::ldexp(mantissa, -24)
                           : exponent == 31
                               ? (mantissa == 0 ? std::numeric_limits<double>::infinity() : std::nan(""))
                               : std::ldexp(1024 + mantissa, exponent - 25);
  return (bits & 0x8000u) != 0 ? -magnitude : magnitude;
}

TEST(F16, EveryValueIsItself) {
  for (unsigned bits = 0; bits < 0x10000u; ++bits) {
    const double value = static_cast<double>(of_bits(bits));
    if (std::isnan(defined(bits))) {
      EXPECT_TRUE(std::isnan(value)) << bits;
      EXPECT_TRUE(std::isnan(static_cast<double>(F16(value)))) << bits;
      continue;
    }
    EXPECT_EQ(value, defined(bits)) << bits;
    EXPECT_EQ(F16(value).bits, bits);
    EXPECT_EQ(static_cast<double>(static_cast<float>(of_bits(bits))), value) << bits;
  }
}

TEST(F16, RoundsToNearestTiesToEven) {
  for (unsigned bits = 0; bits < 0x7BFFu; ++bits) {
    const double below = defined(bits);
    const double above = defined(bits + 1);
    const double middle = (below + above) / 2;
    EXPECT_EQ(F16(middle).bits, bits % 2 == 0 ? bits : bits + 1);
    EXPECT_EQ(F16(std::nextafter(middle, below)).bits, bits);
    EXPECT_EQ(F16(std::nextafter(middle, above)).bits, bits + 1);
    EXPECT_EQ(F16(-std::nextafter(middle, above)).bits, 0x8000u | (bits + 1));
  }
}

TEST(F16, EndsAtInfinityAndZero) {
  EXPECT_EQ(F16(std::nextafter(65520.0, 0)).bits, 0x7BFFu);
  EXPECT_EQ(F16(65520.0).bits, 0x7C00u);
  EXPECT_EQ(F16(1e300).bits, 0x7C00u);
  EXPECT_EQ(F16(-std::numeric_limits<double>::infinity()).bits, 0xFC00u);
  EXPECT_EQ(F16(0x1p-26).bits, 0u);
  EXPECT_EQ(F16(-5e-324).bits, 0x8000u);
}

}  // namespace
}  // namespace rackproof::kernels
