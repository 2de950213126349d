// TF32 inputs: values of f32 whose lower 13 bits of the mantissa are 0, stored as f32, so that a device that rounds its
// inputs to TF32 changes nothing and its answers can be held against f64.
#pragma once

#include <bit>
#include <cstdint>

namespace rackproof::kernels {

struct Tf32 {
  float stored = 0;

  constexpr Tf32() = default;
  /// The nearest value with 10 bits of mantissa, ties to even. For 0 and values in the range of normal f32 numbers.
  constexpr explicit Tf32(double value) {
    constexpr int kDropped = 42;  // of the 52 bits of f64
    const auto wide = std::bit_cast<std::uint64_t>(value);
    const std::uint64_t odd = wide >> kDropped & 1;
    const std::uint64_t rounded = wide + ((std::uint64_t{1} << (kDropped - 1)) - 1 + odd);
    stored = static_cast<float>(std::bit_cast<double>(rounded >> kDropped << kDropped));
  }
  constexpr explicit operator float() const { return stored; }
  constexpr explicit operator double() const { return static_cast<double>(stored); }
};
static_assert(sizeof(Tf32) == 4);

}  // namespace rackproof::kernels
