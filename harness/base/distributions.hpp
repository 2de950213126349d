// Distributions that verdicts need: the suite's only ones, all from Boost.Math. Probabilities are in (0, 1) unless said
// otherwise; every function throws Error for NaN and for what lies outside its domain.
#pragma once

#include <cstdint>

namespace rackproof {

/// P(Z ≤ z) and its inverse, standard normal.
double normal_cdf(double z);
double normal_quantile(double p);

/// Student's t with `degrees` > 0 (need not be whole).
double student_cdf(double t, double degrees);
double student_quantile(double p, double degrees);

/// Chi-squared with `degrees` > 0.
double chi_squared_cdf(double x, double degrees);
double chi_squared_quantile(double p, double degrees);

/// P(F > f) of Fisher's F with these degrees, both > 0.
double fisher_tail(double f, double numerator_degrees, double denominator_degrees);

/// One-sided Clopper-Pearson bounds of a share of which `successes` of `trials` were seen, each with this confidence.
/// Lower is 0 without successes, upper is 1 without failures. `trials` ≥ 1.
double binomial_lower_bound(std::uint64_t successes, std::uint64_t trials, double confidence);
double binomial_upper_bound(std::uint64_t successes, std::uint64_t trials, double confidence);

/// P(X ≥ hits) of `draws` without replacement from `population` of which `marked` are: is a label met more often than chance
/// would? Requires hits ≤ draws ≤ population and marked ≤ population.
double hypergeometric_tail(std::uint64_t hits, std::uint64_t draws, std::uint64_t marked,
                           std::uint64_t population);

}  // namespace rackproof
