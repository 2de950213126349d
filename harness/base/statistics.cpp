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

double median(std::span<const double> values) { return quantile(values, 0.5); }

double scaled_mad(std::span<const double> values) {
  const double centre = median(values);
  std::vector<double> deviation;
  deviation.reserve(values.size());
  for (const double value : values) deviation.push_back(std::abs(value - centre));
  return 1.4826 * median(deviation);
}

Interval median_interval(std::span<const double> values, double coverage) {
  const std::vector<double> ordered = sorted(values);
  const auto n = ordered.size();
  const boost::math::binomial_distribution<double> coin(static_cast<double>(n), 0.5);
  // The largest k with P(X < k) ≤ (1 − coverage)/2: the interval is [x(k), x(n+1−k)], k counted from 1.
  std::size_t k = 0;
  while (2 * (k + 1) <= n && cdf(coin, static_cast<double>(k)) <= (1 - coverage) / 2) ++k;
  if (k == 0) return {ordered.front(), ordered.back()};
  return {ordered[k - 1], ordered[n - k]};
}

double normal_two_sided(double coverage) {
  return boost::math::quantile(boost::math::normal_distribution<double>(), 0.5 + coverage / 2);
}

Interval widened(double value, Interval within, double component, std::size_t launches, double coverage) {
  if (launches == 0) throw Error("no launches");
  const double between =
      normal_two_sided(coverage) * component * std::abs(value) / std::sqrt(static_cast<double>(launches));
  return {value - std::hypot(between, value - within.lo), value + std::hypot(between, within.hi - value)};
}

}  // namespace rackproof
