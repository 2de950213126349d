#include "harness/verdict/peers/modes.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/verdict/peers/order_statistics.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kLeast = 20;
constexpr double kLeastSeparation = 4.5;
constexpr std::size_t kBins = 512;
constexpr double kTail = 0.01;  // of the numbers on either side, that bins gather at their ends

struct Point {
  double value = 0;
  double weight = 0;
};

/// The numbers in order; of many, how many there are in equal bins.
std::vector<Point> points(std::span<const float> values) {
  const OrderStatistics statistics(values);
  std::vector<Point> out;
  if (statistics.count() < kLeast) return out;
  const double lo = statistics.quantile(kTail), hi = statistics.quantile(1 - kTail);
  const bool is_long = statistics.count() > 4 * kBins;
  if (is_long) out.resize(kBins);
  const double width = (hi - lo) / static_cast<double>(kBins - 1);
  for (const float value : values) {
    if (std::isnan(value)) continue;
    const double held = std::clamp(static_cast<double>(value), lo, hi);
    if (!is_long) {
      out.push_back({held, 1});
    } else {
      const auto bin = width > 0 ? static_cast<std::size_t>((held - lo) / width + 0.5) : 0;
      out[std::min(bin, kBins - 1)].weight += 1;
    }
  }
  for (std::size_t i = 0; is_long && i < kBins; ++i) out[i].value = lo + static_cast<double>(i) * width;
  std::ranges::stable_sort(out, {}, &Point::value);
  return out;
}

struct ModeSide {
  double weight = 0, sum = 0, squares = 0;
  void add(const Point& point, double sign = 1) {
    weight += sign * point.weight;
    sum += sign * point.weight * point.value;
    squares += sign * point.weight * point.value * point.value;
  }
  double mean() const { return sum / weight; }
  double scatter() const { return std::max(0.0, squares - sum * sum / weight); }
  double variance() const { return scatter() / weight; }
};

}  // namespace

std::optional<TwoModes> two_modes(std::span<const float> values) {
  const std::vector<Point> all = points(values);
  ModeSide below, above;
  for (const Point& point : all) above.add(point);
  const double total = above.weight;
  double least_scatter = std::numeric_limits<double>::infinity();
  ModeSide lower, upper;
  double threshold = 0;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    below.add(all[i]);
    above.add(all[i], -1);
    if (below.weight < kLeastModeShare * total || above.weight < kLeastModeShare * total) continue;
    if (all[i].value == all[i + 1].value) continue;
    const double scatter = below.scatter() + above.scatter();
    if (!(scatter < least_scatter)) continue;
    least_scatter = scatter;
    lower = below;
    upper = above;
    threshold = (all[i].value + all[i + 1].value) / 2;
  }
  if (!std::isfinite(least_scatter)) return std::nullopt;
  const double apart = upper.mean() - lower.mean();
  if (!(apart > kLeastSeparation * std::sqrt((lower.variance() + upper.variance()) / 2))) return std::nullopt;
  return TwoModes{lower.mean(), upper.mean(), threshold, lower.weight / total};
}

}  // namespace rackproof
