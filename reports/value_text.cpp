#include "reports/value_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace rackproof {

namespace {

struct Parts {
  std::string number, unit;
};

Parts parts_of(const std::string& text) {
  const auto space = text.find(' ');
  if (space == std::string::npos) return {text, ""};
  return {text.substr(0, space), text.substr(space + 1)};
}

}  // namespace

std::string value_text(double value, const Dimension& dimension) {
  if (!std::isfinite(value)) return std::string(kNotMeasured);
  return format_quantity(value, dimension);
}

std::string interval_text(double lo, double hi, const Dimension& dimension) {
  if (!std::isfinite(lo) || !std::isfinite(hi)) return {};
  const std::string low = format_quantity(lo, dimension);
  const std::string high = format_quantity(hi, dimension);
  const Parts a = parts_of(low);
  const Parts b = parts_of(high);
  if (a.unit != b.unit) return fmt::format("[{}, {}]", low, high);
  return fmt::format("[{}, {}]{}{}", a.number, b.number, a.unit.empty() ? "" : " ", a.unit);
}

std::string percent_text(double fraction) {
  if (!std::isfinite(fraction)) return std::string(kNotMeasured);
  const double percent = fraction * 100;
  return std::abs(percent) < 10 ? fmt::format("{:.2g} %", percent) : fmt::format("{:.0f} %", percent);
}

std::string change_text(double fraction) { return fmt::format("{:+.1f} %", 100 * fraction); }

}  // namespace rackproof
