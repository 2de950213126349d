// Two independent samples held against each other. Every function throws Error for NaN and for too few values.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/base/statistics.hpp"

namespace rackproof {

/// A mean and how far it may be from that of where the sample comes from.
struct SampleMean {
  double value = 0;
  double variance = 0;  ///< of the mean
  double degrees = 0;   ///< of that variance
  bool clustered = false;
};

/// Of at least two values.
SampleMean sample_mean(std::span<const double> sample);

/// The same of values in clusters (one entry a value), such as racks, that have something in common: where the clusters differ by more
/// than their values explain (F test at 0.1), clusters are what was drawn, and the variance has their component (one-way random
/// effects, method of moments; degrees of Satterthwaite). As sample_mean() when they do not, or when there is one cluster, or one value
/// in each.
SampleMean clustered_mean(std::span<const double> sample, std::span<const std::uint32_t> clusters);

/// mean(a) − mean(b) where the variances may differ: Welch, "The generalization of Student's problem when several different
/// population variances are involved", Biometrika 34 (1947), with the degrees of freedom of Satterthwaite.
struct MeanDifference {
  double value = 0;
  double standard_error = 0;  ///< 0: no spread in either sample
  double degrees = 1;

  /// Two-sided interval of Student's t.
  Interval interval(double coverage) const;
  /// P(a difference as low as this or lower), were the true one `against`: the one-sided p-value of "it is less".
  double p_less(double against) const;
  double p_greater(double against) const;
  /// Two-sided p-value of "it is not 0".
  double p_differs() const;
};

MeanDifference difference(const SampleMean& a, const SampleMean& b);
/// Each sample has at least two values, all independent.
MeanDifference welch_difference(std::span<const double> a, std::span<const double> b);

/// P(a random value of a is above one of b), ties count half: the effect size of Mann and Whitney, without its test.
double probability_above(std::span<const double> a, std::span<const double> b);

/// Holm's step-down adjustment, in the order of the input: reject what is ≤ level, and the chance of one false rejection or more
/// is at most the level, however the tests depend on each other (Scandinavian Journal of Statistics 6, 1979).
std::vector<double> holm_adjusted(std::span<const double> p_values);

}  // namespace rackproof
