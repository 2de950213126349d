#include "harness/base/quantile_bound.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"

namespace rackproof {

std::size_t fewest_for_bound(double p, double confidence) {
  if (!(p > 0 && p < 1 && confidence > 0 && confidence < 1))
    throw Error("a quantile and a confidence must lie between 0 and 1");
  return static_cast<std::size_t>(std::ceil(std::log1p(-confidence) / std::log1p(-p) - 1e-9));
}

std::optional<double> quantile_lower_bound(std::span<const double> values, double p, double confidence) {
  if (std::ranges::any_of(values, [](double x) { return std::isnan(x); }))
    throw Error("NaN among the values");
  const std::size_t n = values.size();
  if (n < fewest_for_bound(p, confidence)) return std::nullopt;
  // The k-th value is not above the quantile when at least k lie below it: a share of (k − 1)/n or less must be implausible.
  const auto holds = [&](std::size_t k) { return binomial_upper_bound(k - 1, n, confidence) <= p; };
  std::size_t most = 1, beyond = n + 1;
  while (beyond - most > 1) {
    const std::size_t middle = most + (beyond - most) / 2;
    (holds(middle) ? most : beyond) = middle;
  }
  std::vector<double> ordered(values.begin(), values.end());
  const auto at = ordered.begin() + static_cast<std::ptrdiff_t>(most - 1);
  std::ranges::nth_element(ordered, at);
  return *at;
}

}  // namespace rackproof
