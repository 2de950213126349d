// How much a level moves from night to night, from differences of neighbouring nights: a step moves one of them only.
#pragma once

#include <cstddef>
#include <span>

namespace rackproof {

/// The largest correlation that is taken away from a series; with more, a step and the noise are one.
inline constexpr double kLargestLag1 = 0.9;

/// Median of `values` (not empty, no NaN), as statistics.hpp has it but without allocation; `scratch` holds at least as many.
double median_of(std::span<const double> values, std::span<double> scratch);

/// 1.4826 · median |x(t) − x(t−1)| / √2 over at least two nights, at most kScanNights: the standard deviation of an
/// independent Gaussian night. NaN is not allowed.
double difference_scale(std::span<const double> values);

/// The common correlation of neighbouring nights, from how often series turn: of three nights in a row, the middle one is above or below
/// both others in 2/3 of the cases when nights are independent, whatever their distribution (the turning point test), and less often
/// when they follow each other. So neither steps nor odd nights nor one wild series decide.
class PooledLag1 {
 public:
  /// Nights of a series, oldest first; NaN: not measured. Nights beside a gap and ties count nothing.
  void add(std::span<const double> values);
  void add(const PooledLag1& other);
  /// 1 + 2 cos(π · share of turns), the correlation of a Gaussian autoregressive series of order 1 that turns so often; in
  /// [0, kLargestLag1]. 0 with fewer than `least` triples of nights: too few to tell.
  double lag1(std::size_t least = 500) const;

 private:
  std::size_t turns_ = 0;
  std::size_t pairs_ = 0;
};

/// A series' own standard deviation of a night, from `nights` of them, drawn towards that of its cohort, which counts as
/// `weight` nights: s² = (weight · cohort² + (nights − 1) · own²) / (weight + nights − 1). `nights` ≥ 1.
double shrunk_scale(double own, std::size_t nights, double cohort, double weight = 10);

}  // namespace rackproof
