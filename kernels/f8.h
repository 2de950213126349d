// The 8-bit floating-point types E4M3 and E5M2 of "OCP 8-bit Floating Point Specification (OFP8)", revision 1.0, Open
// Compute Project, 2023, for compilers and CPUs without them.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace rackproof::kernels {

/// One sign, `ExponentBits`, `MantissaBits`; subnormals. With infinities as in IEEE 754 (E5M2), or without them and with
/// one NaN per sign, all bits set (E4M3).
template <int ExponentBits, int MantissaBits, bool HasInfinity>
struct F8 {
  static_assert(1 + ExponentBits + MantissaBits == 8);
  static constexpr int kBias = (1 << (ExponentBits - 1)) - 1;
  static constexpr std::uint8_t kInfinity = ((1 << ExponentBits) - 1) << MantissaBits;  ///< E5M2 only
  static constexpr std::uint8_t kNaN = HasInfinity ? kInfinity | 2 : 0x7F;
  static constexpr std::uint8_t kLargest = HasInfinity ? kInfinity - 1 : 0x7E;

  std::uint8_t bits = 0;

  constexpr F8() = default;
  /// The nearest value, ties to even. What rounds to more than the largest finite value is infinity, in E4M3 NaN (the
  /// conversion that does not saturate); NaN stays NaN.
  constexpr explicit F8(double value) {
    const auto wide = std::bit_cast<std::uint64_t>(value);
    const auto sign = static_cast<std::uint8_t>(wide >> 56 & 0x80u);
    const std::uint64_t magnitude = wide & 0x7FFFFFFFFFFFFFFFu;
    const int exponent = static_cast<int>(magnitude >> 52) - 1023;
    constexpr int kSmallestNormal = 1 - kBias;
    std::uint64_t code = 0;
    if (magnitude > std::uint64_t{0x7FF} << 52) {
      code = kNaN;
    } else if (exponent > kBias + 1) {
      code = HasInfinity ? kInfinity : kNaN;
    } else if (exponent >= kSmallestNormal - MantissaBits - 1) {  // else below half of the smallest subnormal
      const bool subnormal = exponent < kSmallestNormal;
      // 52 − MantissaBits bits fall away, of a subnormal more. A carry out of the mantissa is the next exponent's.
      const int shift = 52 - MantissaBits + (subnormal ? kSmallestNormal - exponent : 0);
      const std::uint64_t mantissa = (magnitude & 0xFFFFFFFFFFFFFu) | std::uint64_t{1} << 52;
      const std::uint64_t kept = mantissa >> shift;
      const std::uint64_t rest = mantissa & ((std::uint64_t{1} << shift) - 1);
      const std::uint64_t half = std::uint64_t{1} << (shift - 1);
      // The hidden bit of a normal value adds one to the exponent field.
      const std::uint64_t field =
          subnormal ? 0 : static_cast<std::uint64_t>(exponent - kSmallestNormal) << MantissaBits;
      code = field + kept + (rest > half || (rest == half && (kept & 1) != 0) ? 1 : 0);
      if (code > kLargest) code = HasInfinity ? kInfinity : kNaN;
    }
    bits = static_cast<std::uint8_t>(sign | code);
  }
  constexpr explicit operator double() const {
    const int exponent = bits >> MantissaBits & ((1 << ExponentBits) - 1);
    const int mantissa = bits & ((1 << MantissaBits) - 1);
    double value = 0;
    if ((bits & 0x7F) > kLargest) {
      value = HasInfinity && mantissa == 0 ? std::numeric_limits<double>::infinity()
                                           : std::numeric_limits<double>::quiet_NaN();
    } else {
      const int hidden = exponent == 0 ? 0 : 1 << MantissaBits;
      const int power = (exponent == 0 ? 1 : exponent) - kBias - MantissaBits;
      value = (hidden + mantissa) * std::bit_cast<double>(static_cast<std::uint64_t>(1023 + power) << 52);
    }
    return (bits & 0x80) != 0 ? -value : value;
  }
  constexpr explicit operator float() const { return static_cast<float>(static_cast<double>(*this)); }
};

using F8E4M3 = F8<4, 3, false>;
using F8E5M2 = F8<5, 2, true>;
static_assert(sizeof(F8E4M3) == 1 && sizeof(F8E5M2) == 1);

}  // namespace rackproof::kernels
