// Quantities in SI base units, with their dimension in the type or beside the value.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace rackproof {

/// Exponents of the base units that the suite knows.
struct Dimension {
  int second = 0;
  int byte = 0;
  int flop = 0;
  int token = 0;
  int watt = 0;
  int kelvin = 0;
  int operation = 0;  ///< integer operations, messages, updates
  friend constexpr auto operator<=>(const Dimension&, const Dimension&) = default;
  friend constexpr Dimension operator*(const Dimension& a, const Dimension& b) {
    return {a.second + b.second, a.byte + b.byte,     a.flop + b.flop,          a.token + b.token,
            a.watt + b.watt,     a.kelvin + b.kelvin, a.operation + b.operation};
  }
  friend constexpr Dimension operator/(const Dimension& a, const Dimension& b) {
    return {a.second - b.second, a.byte - b.byte,     a.flop - b.flop,          a.token - b.token,
            a.watt - b.watt,     a.kelvin - b.kelvin, a.operation - b.operation};
  }
};

inline constexpr Dimension kNumber{};
inline constexpr Dimension kSecond{.second = 1};
inline constexpr Dimension kByte{.byte = 1};
inline constexpr Dimension kFlop{.flop = 1};
inline constexpr Dimension kToken{.token = 1};
inline constexpr Dimension kBytePerSecond = kByte / kSecond;
inline constexpr Dimension kFlopPerSecond = kFlop / kSecond;
inline constexpr Dimension kTokenPerSecond = kToken / kSecond;

/// K at 0 °C.
inline constexpr double kZeroCelsius = 273.15;

/// A value in SI base units whose dimension is checked by the compiler.
template <Dimension D>
struct Quantity {
  double value = 0;
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;
};
template <Dimension A, Dimension B>
constexpr Quantity<A * B> operator*(Quantity<A> a, Quantity<B> b) {
  return {a.value * b.value};
}
template <Dimension A, Dimension B>
constexpr Quantity<A / B> operator/(Quantity<A> a, Quantity<B> b) {
  return {a.value / b.value};
}
using Seconds = Quantity<kSecond>;
using Bytes = Quantity<kByte>;
using Flops = Quantity<kFlop>;
using BytesPerSecond = Quantity<kBytePerSecond>;
using FlopsPerSecond = Quantity<kFlopPerSecond>;

/// A value whose dimension is known at run time only: what files hold.
struct Measured {
  double value = 0;
  Dimension dimension;
};

/// The SI unit of a dimension as stored in results: "B/s", "s", "flop/s", "token/s", "1", ….
std::string si_unit(const Dimension& dimension);

/// The dimension of an SI unit text. Throws Error for an unknown unit.
Dimension dimension_of(std::string_view unit);

/// Parses "3.2 TB/s", "48 GB/s", "5 us", "200 GB", "512 MiB", "1 Gb/s" (bits: /8), "10 GFLOP/s", "0.9", "5
/// %", "30 s". Decimal prefixes are powers of 1000, Ki/Mi/Gi powers of 1024. Throws Error with what to write
/// instead.
Measured parse_quantity(std::string_view text);

/// "3.2 TB/s": decimal prefix, `digits` significant digits. NaN prints as "not measured".
std::string format_quantity(double value, const Dimension& dimension, int digits = 4);
std::string format_quantity(double value, std::string_view si_unit_text, int digits = 4);

}  // namespace rackproof
