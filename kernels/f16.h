// IEEE 754 binary16, for compilers and CPUs with and without it.
#pragma once

#include <bit>
#include <cstdint>

namespace rackproof::kernels {

struct F16 {
  std::uint16_t bits = 0;

  constexpr F16() = default;
  /// The nearest value, ties to even; infinity from 65520 on; NaN stays NaN.
  constexpr explicit F16(double value) {
    const auto wide = std::bit_cast<std::uint64_t>(value);
    const auto sign = static_cast<std::uint16_t>(wide >> 48 & 0x8000u);
    const std::uint64_t magnitude = wide & 0x7FFFFFFFFFFFFFFFu;
    const int exponent = static_cast<int>(magnitude >> 52) - 1023;
    if (magnitude > std::uint64_t{0x7FF} << 52) {
      bits = sign | 0x7E00u;
    } else if (exponent >= 16) {
      bits = sign | 0x7C00u;
    } else if (exponent < -25) {  // below half of the smallest subnormal, 2^-25
      bits = sign;
    } else {
      // 42 bits of the mantissa fall away, of a subnormal more. A carry out of the mantissa is the next exponent's.
      const int shift = exponent < -14 ? 42 - 14 - exponent : 42;
      const std::uint64_t mantissa = (magnitude & 0xFFFFFFFFFFFFFu) | std::uint64_t{1} << 52;
      const std::uint64_t kept = mantissa >> shift;
      const std::uint64_t rest = mantissa & ((std::uint64_t{1} << shift) - 1);
      const std::uint64_t half = std::uint64_t{1} << (shift - 1);
      const std::uint64_t up = rest > half || (rest == half && (kept & 1) != 0) ? 1 : 0;
      // The hidden bit of a normal value adds one to the exponent field.
      const std::uint64_t field = exponent < -14 ? 0 : static_cast<std::uint64_t>(exponent + 14) << 10;
      bits = static_cast<std::uint16_t>(sign | (field + kept + up));
    }
  }
  constexpr explicit operator double() const {
    const std::uint64_t sign = std::uint64_t{bits & 0x8000u} << 48;
    const unsigned exponent = bits >> 10 & 31u;
    const std::uint64_t mantissa = bits & 0x3FFu;
    if (exponent == 0) {
      const double value = static_cast<double>(mantissa) * 0x1p-24;
      return sign == 0 ? value : -value;
    }
    const std::uint64_t field = exponent == 31 ? 0x7FF : exponent + 1023 - 15;
    return std::bit_cast<double>(sign | field << 52 | mantissa << 42);
  }
  constexpr explicit operator float() const { return static_cast<float>(static_cast<double>(*this)); }
};
static_assert(sizeof(F16) == 2);

}  // namespace rackproof::kernels
