#include "reports/html/chart_axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

constexpr std::array<double, 3> kMantissas{1, 2, 5};
constexpr double kRounding = 1e-9;  // of a step: what is left of a sum of decimal fractions

double next_round(double value) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double mantissa : kMantissas) {
    if (mantissa * power >= value * (1 - kRounding)) return mantissa * power;
  }
  return 10 * power;
}

std::vector<double> linear_ticks(const Interval& data, std::size_t most) {
  const double step = next_round((data.hi - data.lo) / static_cast<double>(most - 1));
  std::vector<double> ticks;
  const double first = std::ceil(data.lo / step - kRounding);
  for (double i = first; i * step <= data.hi + kRounding * step && ticks.size() < most; ++i)
    ticks.push_back(i * step);
  return ticks;
}

/// Of more than a decade: 1, 2 and 5 of each, or only powers of ten, or only some of these.
std::vector<double> decade_ticks(const Interval& data, std::size_t most) {
  const int first = static_cast<int>(std::floor(std::log10(data.lo)));
  const int last = static_cast<int>(std::ceil(std::log10(data.hi)));
  const auto within = [&](double value) {
    return value >= data.lo * (1 - kRounding) && value <= data.hi * (1 + kRounding);
  };
  std::vector<double> all, powers;
  for (int exponent = first; exponent <= last; ++exponent) {
    const double power = std::pow(10.0, exponent);
    for (const double mantissa : kMantissas) {
      if (within(mantissa * power)) all.push_back(mantissa * power);
    }
    if (within(power)) powers.push_back(power);
  }
  if (all.size() <= most) return all;
  const std::size_t stride = (powers.size() + most - 1) / most;
  std::vector<double> some;
  for (std::size_t i = 0; i < powers.size(); i += stride) some.push_back(powers[i]);
  return some;
}

}  // namespace

ChartAxis::ChartAxis(AxisScale scale, Interval data, Interval place)
    : scale_(scale), data_(data), place_(place) {
  if (!std::isfinite(data.lo) || !std::isfinite(data.hi) || !(data.lo <= data.hi))
    throw Error("an axis of a chart needs two finite ends, the lower one first");
  if (scale == AxisScale::logarithmic && !(data.lo > 0))
    throw Error("a logarithmic axis of a chart needs positive ends");
  if (data.lo < data.hi) return;
  const double half = data.lo == 0 ? 1 : std::abs(data.lo) * 0.01;
  data_ = {data.lo - half, data.hi + half};
}

double ChartAxis::scaled(double value) const {
  return scale_ == AxisScale::logarithmic ? std::log(value) : value;
}

double ChartAxis::at(double value) const {
  if (!std::isfinite(value) || (scale_ == AxisScale::logarithmic && !(value > 0)))
    return std::numeric_limits<double>::quiet_NaN();
  const double share = (scaled(value) - scaled(data_.lo)) / (scaled(data_.hi) - scaled(data_.lo));
  return place_.lo + share * (place_.hi - place_.lo);
}

std::vector<double> ChartAxis::ticks(std::size_t most) const {
  most = std::max<std::size_t>(most, 2);
  const bool has_decades = scale_ == AxisScale::logarithmic && data_.hi / data_.lo >= 10;
  return has_decades ? decade_ticks(data_, most) : linear_ticks(data_, most);
}

int tick_digits(std::span<const double> ticks) {
  constexpr int kLeast = 4, kMost = 15;
  if (ticks.size() < 2) return kLeast;
  double step = std::numeric_limits<double>::infinity();
  for (std::size_t i = 1; i < ticks.size(); ++i) step = std::min(step, ticks[i] - ticks[i - 1]);
  const double largest = std::max(std::abs(ticks.front()), std::abs(ticks.back()));
  if (!(step > 0) || !(largest > 0)) return kLeast;
  return std::clamp(static_cast<int>(std::ceil(std::log10(largest / step))) + 1, kLeast, kMost);
}

}  // namespace rackproof
