// bfloat16: the upper half of an f32.
#pragma once

#include <bit>
#include <cstdint>

namespace rackproof::kernels {

struct Bf16 {
  std::uint16_t bits = 0;

  constexpr Bf16() = default;
  /// The nearest value of the nearest f32, ties to even. For finite values.
  constexpr explicit Bf16(double value) {
    const auto wide = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    bits = static_cast<std::uint16_t>((wide + 0x7FFFu + ((wide >> 16) & 1u)) >> 16);
  }
  constexpr explicit operator float() const { return std::bit_cast<float>(std::uint32_t{bits} << 16); }
  constexpr explicit operator double() const { return static_cast<double>(static_cast<float>(*this)); }
};
static_assert(sizeof(Bf16) == 2);

}  // namespace rackproof::kernels
