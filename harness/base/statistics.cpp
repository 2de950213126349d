#include "harness/base/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "harness/base/error.hpp"

namespace rackproof {

static std::vector<double> sorted(std::span<const double> values) {
  if (values.empty()) throw Error("no values");
  std::vector<double> out(values.begin(), values.end());
  if (std::any_of(out.begin(), out.end(), [](double v) { return std::isnan(v); }))
    throw Error("NaN among the values");
  std::sort(out.begin(), out.end());
  return out;
}

static double quantile_of_sorted(const std::vector<double>& ordered, double p) {
  const double position = p * static_cast<double>(ordered.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const auto above = std::min(below + 1, ordered.size() - 1);
  return std::lerp(ordered[below], ordered[above], position - std::floor(position));
}

double quantile(std::span<const double> values, double p) { return quantile_of_sorted(sorted(values), p); }

double median(std::span<const double> values) {
  if (values.size() == 2 && values[0] <= values[1]) return std::lerp(values[0], values[1], 0.5);
  if (values.size() == 2 && values[1] <= values[0]) return std::lerp(values[1], values[0], 0.5);
  return quantile(values, 0.5);
}

double scaled_mad(std::span<const double> values) {
  const double centre = median(values);
  std::vector<double> deviation;
  deviation.reserve(values.size());
  for (const double value : values) deviation.push_back(std::abs(value - centre));
  return 1.4826 * median(deviation);
}

// The largest k with P(X < k) ≤ (1 − coverage)/2 for X of n fair coins, at most n/2.
static std::size_t median_rank(std::size_t n, double coverage) {
  const boost::math::binomial_distribution<double> coin(static_cast<double>(n), 0.5);
  const double tail = (1 - coverage) / 2;
  const auto missed = [&](std::size_t k) { return k == 0 ? 0 : cdf(coin, static_cast<double>(k - 1)); };
  // Close to it by the normal approximation, so that millions of values cost no more than ten.
  const double count = static_cast<double>(n);
  auto k =
      static_cast<std::size_t>(std::max(0.0, count / 2 - normal_two_sided(coverage) * std::sqrt(count) / 2));
  while (k > 0 && missed(k) > tail) --k;
  while (2 * (k + 1) <= n && missed(k + 1) <= tail) ++k;
  return k;
}

Interval median_interval(std::span<const double> values, double coverage) {
  const std::vector<double> ordered = sorted(values);
  const std::size_t k = median_rank(ordered.size(), coverage);
  // [x(k), x(n+1−k)], k counted from 1.
  if (k == 0) return {ordered.front(), ordered.back()};
  return {ordered[k - 1], ordered[ordered.size() - k]};
}

double normal_two_sided(double coverage) {
  constexpr double kUsual = 0.95;
  static const double usual =
      boost::math::quantile(boost::math::normal_distribution<double>(), 0.5 + kUsual / 2);
  if (coverage == kUsual) return usual;
  return boost::math::quantile(boost::math::normal_distribution<double>(), 0.5 + coverage / 2);
}

Interval widened(double value, Interval within, double component, std::size_t launches, double coverage) {
  if (launches == 0) throw Error("no launches");
  const double between =
      normal_two_sided(coverage) * component * std::abs(value) / std::sqrt(static_cast<double>(launches));
  return {value - std::hypot(between, value - within.lo), value + std::hypot(between, within.hi - value)};
}

}  // namespace rackproof
