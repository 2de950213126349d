#include "harness/base/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/base/trimmed.hpp"

namespace rackproof {

namespace {

struct BaseUnit {
  std::string_view name;
  Dimension dimension;
  double scale;  // in SI base units
};

// Longest first where one name is the end of another.
constexpr auto kUnits = std::to_array<BaseUnit>({
    {"token/s", kTokenPerSecond, 1},
    {"tokens/s", kTokenPerSecond, 1},
    {"tok/s", kTokenPerSecond, 1},
    {"FLOP/s", kFlopPerSecond, 1},
    {"flop/s", kFlopPerSecond, 1},
    {"B/s", kBytePerSecond, 1},
    {"b/s", kBytePerSecond, 0.125},
    {"op/s", Dimension{.second = -1, .operation = 1}, 1},
    {"T/s", Dimension{.second = -1, .operation = 1}, 1},  // transfers of a memory module or a lane
    {"token", kToken, 1},
    {"FLOP", kFlop, 1},
    {"flop", kFlop, 1},
    {"min", kSecond, 60},
    {"W", Dimension{.watt = 1}, 1},
    {"K", Dimension{.kelvin = 1}, 1},
    {"op", Dimension{.operation = 1}, 1},
    {"B", kByte, 1},
    {"b", kByte, 0.125},
    {"h", kSecond, 3600},
    {"s", kSecond, 1},
    {"%", kNumber, 0.01},
    {"1", kNumber, 1},
});

constexpr auto kPrefixes = std::to_array<std::pair<std::string_view, double>>({
    {"", 1},
    {"Ki", 1024.0},
    {"Mi", 1024.0 * 1024},
    {"Gi", 1024.0 * 1024 * 1024},
    {"Ti", 1099511627776.0},
    {"k", 1e3},
    {"M", 1e6},
    {"G", 1e9},
    {"T", 1e12},
    {"P", 1e15},
    {"E", 1e18},
    {"m", 1e-3},
    {"u", 1e-6},
    {"µ", 1e-6},
    {"n", 1e-9},
});

// "h" and "min" are never prefixed; "1" and "%" neither.
bool takes_prefix(std::string_view unit) {
  return unit != "min" && unit != "h" && unit != "%" && unit != "1";
}

std::string_view trimmed(std::string_view text) { return rackproof::trimmed(text, " "); }

Measured unit_scale(std::string_view unit, std::string_view whole) {
  if (unit.empty()) return {1, kNumber};
  for (const auto& base : kUnits) {
    if (!unit.ends_with(base.name)) continue;
    const std::string_view prefix = unit.substr(0, unit.size() - base.name.size());
    for (const auto& [text, factor] : kPrefixes) {
      if (prefix == text && (prefix.empty() || takes_prefix(base.name)))
        return {factor * base.scale, base.dimension};
    }
  }
  throw Error(
      fmt::format("unknown unit \"{}\" in \"{}\"; write for example \"48 GB/s\", \"5 us\", \"10 GFLOP/s\", "
                  "\"200 token/s\", \"5 %\" or a plain number",
                  unit, whole));
}

}  // namespace

std::string si_unit(const Dimension& dimension) {
  for (const auto& base : kUnits) {
    if (base.scale == 1 && base.dimension == dimension && base.name != "FLOP/s" && base.name != "FLOP" &&
        base.name != "tokens/s" && base.name != "tok/s") {
      return std::string(base.name);
    }
  }
  throw Error("a dimension without a unit text");
}

Dimension dimension_of(std::string_view unit) { return unit_scale(unit, unit).dimension; }

Measured parse_quantity(std::string_view text) {
  const std::string_view all = trimmed(text);
  double number = 0;
  const auto [end, code] = std::from_chars(all.data(), all.data() + all.size(), number);
  if (code != std::errc{} || !std::isfinite(number)) {
    throw Error(
        fmt::format("\"{}\" is not a quantity; write a number and a unit, for example \"48 GB/s\"", text));
  }
  const std::string_view unit = trimmed(all.substr(static_cast<std::size_t>(end - all.data())));
  const Measured scale = unit_scale(unit, text);
  return {number * scale.value, scale.dimension};
}

std::string format_quantity(double value, const Dimension& dimension, int digits) {
  if (std::isnan(value)) return "not measured";
  const std::string unit = si_unit(dimension);
  if (unit == "1") return fmt::format("{:.{}g}", value, digits);
  const double size = std::abs(value);
  std::string_view prefix;
  double factor = 1;
  if (size > 0 && std::isfinite(size)) {
    for (const auto& [text, scale] : kPrefixes) {
      const bool binary = text.ends_with('i');
      // A rounded mantissa must stay below 1000: 999.96 k is printed as 1 M.
      if (binary || text == "µ" || (scale > 1 && dimension == kSecond)) continue;
      const bool fits = size / scale >= 0.99995 && size / scale < 999.95;
      if (fits) {
        prefix = text;
        factor = scale;
      }
    }
  }
  return fmt::format("{:.{}g} {}{}", value / factor, digits, prefix, unit);
}

std::string format_quantity(double value, std::string_view si_unit_text, int digits) {
  return format_quantity(value, dimension_of(si_unit_text), digits);
}

}  // namespace rackproof
