#include "reports/html/ratio_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/html/markup.hpp"

namespace rackproof {

namespace {

using html::put;

constexpr double kRowWidth = 200, kRowHeight = 22, kAxisHeight = 30, kSide = 16;
constexpr std::size_t kMostRatioTicks = 6;
constexpr double kLabelRoom = 34;
constexpr const char* kRatioColour = "#4a86c5";  // seen on light and on dark paper alike

Interval drawn_range(const Comparison& comparison) {
  const double margin = 1 + comparison.settings.ratio.margin;
  Interval range{1 / margin, margin};
  const auto include = [&](double value) {
    if (std::isfinite(value) && value > 0) range = {std::min(range.lo, value), std::max(range.hi, value)};
  };
  const auto include_ratio = [&](const Ratio& ratio) {
    include(ratio.value);
    include(ratio.interval.lo);
    include(ratio.interval.hi);
  };
  for (const ComparedMetric& metric : comparison.metrics) {
    for (const ComparedRatio& compared : metric.ratios) {
      include_ratio(compared.ratio);
      if (compared.per_watt) include_ratio(*compared.per_watt);
    }
  }
  const double room = std::pow(range.hi / range.lo, 0.04);
  return {range.lo / room, range.hi * room};
}

std::string opened(double height, const std::string& label) {
  return fmt::format(
      "<svg viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" height=\"{1:g}\" font-size=\"10\" "
      "fill=\"currentColor\" role=\"img\" aria-label=\"{2}\">",
      kRowWidth, height, label);
}

}  // namespace

RatioChart::RatioChart(const Comparison& comparison)
    : margin_(1 + comparison.settings.ratio.margin),
      axis_(AxisScale::logarithmic, drawn_range(comparison), {kSide, kRowWidth - kSide}) {}

std::string RatioChart::band(double height) const {
  const double from = axis_.at(1 / margin_), to = axis_.at(margin_);
  return fmt::format(
      "<rect x=\"{0:.1f}\" y=\"0\" width=\"{1:.1f}\" height=\"{2:g}\" fill=\"currentColor\" "
      "fill-opacity=\"0.12\"/><line x1=\"{3:.1f}\" y1=\"0\" x2=\"{3:.1f}\" y2=\"{2:g}\" "
      "stroke=\"currentColor\" stroke-opacity=\"0.6\"/>",
      from, to - from, height, axis_.at(1));
}

std::string RatioChart::axis(const std::string& label) const {
  std::string out = opened(kAxisHeight, label) + band(kAxisHeight);
  const std::vector<double> ticks = axis_.ticks(kMostRatioTicks);
  const int digits = tick_digits(ticks);
  std::vector<double> labelled{axis_.at(1)};
  const auto put_tick = [&](double tick) {
    put(out,
        "<line x1=\"{0:.1f}\" y1=\"24\" x2=\"{0:.1f}\" y2=\"30\" stroke=\"currentColor\"/>"
        "<text x=\"{0:.1f}\" y=\"14\" text-anchor=\"middle\">{1:.{2}g}</text>",
        axis_.at(tick), tick, digits);
  };
  put_tick(1);
  for (const double tick : ticks) {
    const double x = axis_.at(tick);
    if (std::ranges::any_of(labelled, [&](double other) { return std::abs(x - other) < kLabelRoom; }))
      continue;
    labelled.push_back(x);
    put_tick(tick);
  }
  return out + "</svg>";
}

std::string RatioChart::row(const Ratio& ratio, RatioWord adjusted, const std::string& label) const {
  const double x = axis_.at(ratio.value);
  if (!std::isfinite(x)) return {};
  const double y = kRowHeight / 2;
  std::string out = opened(kRowHeight, label) + band(kRowHeight);
  const double low = axis_.at(ratio.interval.lo), high = axis_.at(ratio.interval.hi);
  if (std::isfinite(low) && std::isfinite(high)) {
    put(out, "<line x1=\"{:.1f}\" y1=\"{:g}\" x2=\"{:.1f}\" y2=\"{:g}\" stroke=\"{}\" stroke-width=\"2\"/>",
        low, y, high, y, kRatioColour);
    for (const double end : {low, high})
      put(out,
          "<line x1=\"{0:.1f}\" y1=\"{1:g}\" x2=\"{0:.1f}\" y2=\"{2:g}\" stroke=\"{3}\" stroke-width=\"2\"/>",
          end, y - 4, y + 4, kRatioColour);
  }
  const bool says_something = says_different(adjusted) || adjusted == RatioWord::equivalent;
  put(out, "<circle cx=\"{:.1f}\" cy=\"{:g}\" r=\"4\" fill=\"{}\" stroke=\"{}\" stroke-width=\"2\"/>", x, y,
      says_something ? kRatioColour : "none", kRatioColour);
  return out + "</svg>";
}

}  // namespace rackproof
