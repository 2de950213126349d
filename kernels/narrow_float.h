// Floating-point types of 8 and 16 bits, for compilers and CPUs with and without them.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace rackproof::kernels {

/// One sign, `ExponentBits`, `MantissaBits`; subnormals. With infinities as in IEEE 754, or without them and with one NaN per
/// sign, all bits set.
template <class Bits, int ExponentBits, int MantissaBits, bool HasInfinity>
struct NarrowFloat {
  static_assert(1 + ExponentBits + MantissaBits == 8 * sizeof(Bits));
  static constexpr Bits kSign = Bits{1} << (ExponentBits + MantissaBits);
  static constexpr int kBias = (1 << (ExponentBits - 1)) - 1;
  static constexpr Bits kInfinity = ((1 << ExponentBits) - 1) << MantissaBits;  ///< when there is one
  static constexpr Bits kNaN = HasInfinity ? kInfinity | 1 << (MantissaBits - 1) : kSign - 1;
  static constexpr Bits kLargest = HasInfinity ? kInfinity - 1 : kSign - 2;

  Bits bits = 0;

  constexpr NarrowFloat() = default;
  /// The nearest value, ties to even. What rounds to more than the largest finite value is infinity, without one NaN (the
  /// conversion that does not saturate); NaN stays NaN.
  constexpr explicit NarrowFloat(double value) {
    const auto wide = std::bit_cast<std::uint64_t>(value);
    const Bits sign = wide >> 63 != 0 ? kSign : Bits{0};
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
    bits = static_cast<Bits>(sign | code);
  }
  constexpr explicit operator double() const {
    const int exponent = bits >> MantissaBits & ((1 << ExponentBits) - 1);
    const int mantissa = bits & ((1 << MantissaBits) - 1);
    double value = 0;
    if ((bits & (kSign - 1)) > kLargest) {
      value = HasInfinity && mantissa == 0 ? std::numeric_limits<double>::infinity()
                                           : std::numeric_limits<double>::quiet_NaN();
    } else {
      const int hidden = exponent == 0 ? 0 : 1 << MantissaBits;
      const int power = (exponent == 0 ? 1 : exponent) - kBias - MantissaBits;
      value = (hidden + mantissa) * std::bit_cast<double>(static_cast<std::uint64_t>(1023 + power) << 52);
    }
    return (bits & kSign) != 0 ? -value : value;
  }
  constexpr explicit operator float() const { return static_cast<float>(static_cast<double>(*this)); }
};

}  // namespace rackproof::kernels
