// Bounds of a quantile that hold whatever the distribution is: order statistics, by the binomial count of what lies below it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace rackproof {

/// The largest of the values that is, with this confidence, not above the p-quantile of where they come from. Nothing when there are
/// fewer values than fewest_for_bound(). Throws Error for NaN, and for p or confidence outside (0, 1).
std::optional<double> quantile_lower_bound(std::span<const double> values, double p, double confidence);

/// So many values are needed before the least of them is such a bound: ln(1 − confidence) / ln(1 − p).
std::size_t fewest_for_bound(double p, double confidence);

}  // namespace rackproof
