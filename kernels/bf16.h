// bfloat16: the upper half of an f32.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

namespace rackproof::kernels {

struct Bf16 {
  std::uint16_t bits = 0;

  constexpr Bf16() = default;
  /// The nearest value, ties to even; NaN stays NaN.
  constexpr explicit Bf16(float value) {
    const auto wide = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t nearest = (wide + 0x7FFFu + ((wide >> 16) & 1u)) >> 16;
    const std::uint32_t quiet =
        wide >> 16 | 0x40u;  // rounding could carry its last bits away, or into the sign
    bits = static_cast<std::uint16_t>((wide & 0x7FFFFFFFu) > 0x7F800000u ? quiet : nearest);
  }
  /// That of the nearest f32.
  constexpr explicit Bf16(double value) : Bf16(static_cast<float>(value)) {}
  constexpr explicit operator float() const { return std::bit_cast<float>(std::uint32_t{bits} << 16); }
  constexpr explicit operator double() const { return static_cast<double>(static_cast<float>(*this)); }
};
static_assert(sizeof(Bf16) == 2);

/// What numbers of a type are computed in.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, Bf16>, float, T>;

}  // namespace rackproof::kernels
