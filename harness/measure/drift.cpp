#include "harness/measure/drift.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/base/statistics.hpp"

namespace rackproof {

namespace {

constexpr double kLargestChange = 0.02;
constexpr double kFalseAlarms = 0.01;
constexpr double kLargestHidden = 0.1;
constexpr std::size_t kStretches = 32;

/// Medians of equal stretches; the samples themselves when there are few.
std::vector<double> stretches(std::span<const std::int64_t> ns) {
  if (ns.size() <= kStretches) return {ns.begin(), ns.end()};
  std::vector<double> medians;
  for (std::size_t i = 0; i < kStretches; ++i) {
    const std::size_t begin = i * ns.size() / kStretches;
    const std::size_t end = (i + 1) * ns.size() / kStretches;
    medians.push_back(median(std::vector<double>(ns.begin() + static_cast<std::ptrdiff_t>(begin),
                                                 ns.begin() + static_cast<std::ptrdiff_t>(end))));
  }
  return medians;
}

/// P(as many or more of the n(n−1)/2 pairs agree in order as `agreeing`, or as many disagree), all orders equally likely.
double kendall_probability(std::size_t n, std::size_t agreeing) {
  // Share of the permutations with k pairs in order: each further value adds 0 … m−1 such pairs.
  std::vector<double> share{1};
  for (std::size_t m = 2; m <= n; ++m) {
    std::vector<double> next(share.size() + m - 1, 0.0);
    for (std::size_t k = 0; k < share.size(); ++k) {
      for (std::size_t more = 0; more < m; ++more) next[k + more] += share[k] / static_cast<double>(m);
    }
    share = std::move(next);
  }
  double tail = 0;
  for (std::size_t k = std::max(agreeing, share.size() - 1 - agreeing); k < share.size(); ++k)
    tail += share[k];
  return std::min(1.0, 2 * tail);
}

/// The end of Sen's 95 % interval that lies further from 0: the order statistics of the slopes at (N ∓ 1.96 · σ)/2,
/// σ² = n(n−1)(2n+5)/18 that of Kendall's statistic without ties.
double largest_slope(std::vector<double> slopes, std::size_t n) {
  std::ranges::sort(slopes);
  const double values = static_cast<double>(n);
  const double half = 1.96 * std::sqrt(values * (values - 1) * (2 * values + 5) / 18) / 2;
  const double middle = static_cast<double>(slopes.size()) / 2;
  if (half >= middle) return std::numeric_limits<double>::infinity();
  const auto below = static_cast<std::size_t>(std::floor(middle - half));
  return std::max(std::abs(slopes[below]), std::abs(slopes[slopes.size() - 1 - below]));
}

}  // namespace

bool Drift::has_trend() const { return !(std::abs(change) <= kLargestChange || probability >= kFalseAlarms); }

bool Drift::steady() const { return !has_trend() && bound <= kLargestHidden; }

Drift drift_of(std::span<const std::int64_t> ns) {
  const std::vector<double> values = stretches(ns);
  const double centre = median(values);
  const std::size_t n = values.size();
  if (n < 2) return {};
  std::vector<double> slopes;
  double agreeing = 0;  // a tie counts half
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      slopes.push_back((values[j] - values[i]) / static_cast<double>(j - i));
      agreeing += values[j] > values[i] ? 1 : values[j] == values[i] ? 0.5 : 0;
    }
  }
  const double pairs = static_cast<double>(slopes.size());
  // Towards the middle where ties make it no whole number: the larger probability.
  const double whole = agreeing > pairs / 2 ? std::floor(agreeing) : std::ceil(agreeing);
  const double length = static_cast<double>(n - 1) / centre;
  return {median(slopes) * length, kendall_probability(n, static_cast<std::size_t>(whole)),
          largest_slope(std::move(slopes), n) * length};
}

}  // namespace rackproof
