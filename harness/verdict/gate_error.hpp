// How often a gate may fail what is good, and what a fail by a number therefore needs.
//
// The replicate is the launch. With a launch-to-launch standard deviation σ (declared, relative) a number fails when more than
// half of its n launches each miss the limit by k(n) · σ. A launch misses by as much with probability p when the true value is at
// the limit, so a fail is false with P(Binomial(n, p) > n/2); k(n) is where that is the error that look n may spend. p is taken
// from the normal distribution or from Student's t with 3 degrees of freedom, scaled to the same σ, whichever needs the larger k.
// Unlike a mean, a count of launches is not dragged across a limit by one bad launch of a heavy tail. Of times, which are bounded
// on the good side only, the miss is taken on the scale of logarithms.
//
// Without a declared component it is estimated from the launches themselves: one-sided Student t interval of their mean.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace rackproof {

/// Of one verdict, over all looks, when its true value is at the limit and its component is as declared.
inline constexpr double kGateError = 1e-3;

/// Launch counts at which a scheduler looks. Each spends its share of the error, so that the sum holds whatever the looks have in
/// common (Bonferroni). The shares add up to 0.6: the rest is for launches that are skewed or correlated, which the
/// distributions above are not (tests/bench/gate_error_table.cpp).
inline constexpr std::array<std::size_t, 5> kLooks{2, 3, 5, 8, 13};
inline constexpr std::array<double, 5> kLookShares{0.3, 0.15, 0.075, 0.0375, 0.0375};

/// What is spent at `launches`: the share of the first look that is not smaller, beyond the last look the last share.
double look_error(std::size_t launches);

/// More than half.
std::size_t launches_to_fail(std::size_t launches);

/// k(n): standard deviations by which that many of n ≥ 2 launches must each miss the limit. Throws Error for fewer.
double miss_factor(std::size_t launches);

/// What a launch must be below (for an upper limit: above) to miss it by k(n) · `deviation`, a relative standard deviation.
double missed_below(double limit, double deviation, std::size_t launches);
double missed_above(double limit, double deviation, std::size_t launches);

/// Half-width of the one-sided interval of the mean of n ≥ 2 launches at the error of that look, with their own standard
/// deviation or `least_deviation` (absolute) if that is larger. Throws Error for fewer launches.
double estimated_half_width(std::span<const double> launches, double least_deviation);

}  // namespace rackproof
