#include "harness/base/two_samples.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"

namespace rackproof {

namespace {

// Above it, clusters are taken to be alike: strict enough that few racks which differ by chance do not cost all degrees.
constexpr double kClustersDiffer = 0.1;

struct Cluster {
  double n = 0, sum = 0;
};

/// Student's t of `deviation`; without spread any deviation is infinitely many standard errors.
double lower_tail(const MeanDifference& difference, double deviation) {
  if (difference.standard_error > 0)
    return student_cdf(deviation / difference.standard_error, difference.degrees);
  return deviation == 0 ? 0.5 : (deviation < 0 ? 0 : 1);
}

}  // namespace

SampleMean sample_mean(std::span<const double> sample) {
  if (sample.size() < 2) throw Error("a sample of fewer than two values has no spread");
  const auto n = static_cast<double>(sample.size());
  double mean = 0, squares = 0;
  for (const double x : sample) mean += x / n;
  for (const double x : sample) squares += (x - mean) * (x - mean);
  if (!std::isfinite(mean) || !std::isfinite(squares))
    throw Error("a sample holds a value that is not finite");
  return {mean, squares / (n - 1) / n, n - 1, false};
}

SampleMean clustered_mean(std::span<const double> sample, std::span<const std::uint32_t> clusters) {
  if (sample.size() != clusters.size()) throw Error("a cluster for each value of a sample, no more");
  const SampleMean alike = sample_mean(sample);
  std::map<std::uint32_t, Cluster> sums;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    Cluster& cluster = sums[clusters[i]];
    ++cluster.n;
    cluster.sum += sample[i] - alike.value;
  }
  const auto n = static_cast<double>(sample.size()), count = static_cast<double>(sums.size());
  if (count < 2 || count == n) return alike;
  double between = 0, sizes = 0;
  for (const auto& [row, cluster] : sums) {
    between += cluster.sum * cluster.sum / cluster.n;
    sizes += cluster.n * cluster.n;
  }
  const double all = alike.variance * n * (n - 1);
  const double mean_between = between / (count - 1), mean_within = std::max(0.0, all - between) / (n - count);
  if (!(mean_between > mean_within)) return alike;
  if (fisher_tail(mean_between / mean_within, count - 1, n - count) > kClustersDiffer) return alike;
  // var = (component between) Σ n²/N² + (within)/N, as a sum of the two mean squares.
  const double usual_size = (n - sizes / n) / (count - 1);
  const double of_between = sizes / (n * n) / usual_size * mean_between;
  const double of_within = (1 / n - sizes / (n * n) / usual_size) * mean_within;
  SampleMean out{alike.value, of_between + of_within, 0, true};
  if (!(out.variance > alike.variance)) return alike;
  out.degrees = out.variance * out.variance /
                (of_between * of_between / (count - 1) + of_within * of_within / (n - count));
  return out;
}

MeanDifference difference(const SampleMean& a, const SampleMean& b) {
  const double variance = a.variance + b.variance;
  MeanDifference out{a.value - b.value, std::sqrt(variance), a.degrees + b.degrees};
  if (variance > 0) {
    const double share =
        a.variance / variance;  // divided first, so that tiny variances do not vanish when squared
    out.degrees = 1 / (share * share / a.degrees + (1 - share) * (1 - share) / b.degrees);
  }
  return out;
}

MeanDifference welch_difference(std::span<const double> a, std::span<const double> b) {
  return difference(sample_mean(a), sample_mean(b));
}

Interval MeanDifference::interval(double coverage) const {
  const double half = student_quantile(0.5 + coverage / 2, degrees) * standard_error;
  return {value - half, value + half};
}

double MeanDifference::p_less(double against) const { return lower_tail(*this, value - against); }

double MeanDifference::p_greater(double against) const { return lower_tail(*this, against - value); }

double MeanDifference::p_differs() const { return std::min(1.0, 2 * std::min(p_less(0), p_greater(0))); }

double probability_above(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) throw Error("no values");
  std::vector<double> ordered(b.begin(), b.end());
  const auto is_nan = [](double x) { return std::isnan(x); };
  if (std::ranges::any_of(a, is_nan) || std::ranges::any_of(b, is_nan)) throw Error("NaN among the values");
  std::ranges::sort(ordered);
  double wins = 0;
  for (const double x : a) {
    const auto equal = std::ranges::equal_range(ordered, x);
    wins += static_cast<double>(equal.begin() - ordered.begin()) + static_cast<double>(equal.size()) / 2;
  }
  return wins / static_cast<double>(a.size()) / static_cast<double>(b.size());
}

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  if (std::ranges::any_of(p_values, [](double p) { return !(p >= 0 && p <= 1); }))
    throw Error("a p-value must lie between 0 and 1");
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, p_values[order[rank]] * static_cast<double>(order.size() - rank));
    adjusted[order[rank]] = std::min(1.0, largest);
  }
  return adjusted;
}

}  // namespace rackproof
