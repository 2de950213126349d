#include "harness/verdict/gate_error.hpp"

#include <algorithm>
#include <cmath>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"

namespace rackproof {

namespace {

void require_two(std::size_t launches) {
  if (launches < 2) throw Error("one launch never fails a number");
}

double computed_miss_factor(std::size_t launches) {
  // The p at which P(Binomial(n, p) ≥ m) is the error: the lower Clopper-Pearson bound of m successes.
  const double p = binomial_lower_bound(launches_to_fail(launches), launches, 1 - look_error(launches));
  constexpr double kDegrees = 3;
  const double t_deviation = std::sqrt(kDegrees / (kDegrees - 2));
  return std::max(-normal_quantile(p), -student_quantile(p, kDegrees) / t_deviation);
}

}  // namespace

double look_error(std::size_t launches) {
  const auto* const look = std::ranges::lower_bound(kLooks, launches);
  return kGateError * (look == kLooks.end()
                           ? kLookShares.back()
                           : kLookShares.at(static_cast<std::size_t>(look - kLooks.begin())));
}

std::size_t launches_to_fail(std::size_t launches) { return launches / 2 + 1; }

double miss_factor(std::size_t launches) {
  require_two(launches);
  // A fleet has millions of numbers of a few launches each.
  constexpr std::size_t kKept = 32;
  static const std::array<double, kKept> kFactors = [] {
    std::array<double, kKept> factors{};
    for (std::size_t n = 2; n < kKept; ++n) factors.at(n) = computed_miss_factor(n);
    return factors;
  }();
  return launches < kKept ? kFactors.at(launches) : computed_miss_factor(launches);
}

double missed_below(double limit, double deviation, std::size_t launches) {
  return limit - miss_factor(launches) * deviation * std::abs(limit);
}

double missed_above(double limit, double deviation, std::size_t launches) {
  const double miss = miss_factor(launches) * deviation;
  return limit > 0 ? limit * std::exp(miss) : limit + miss * std::abs(limit);
}

double estimated_half_width(std::span<const double> launches, double least_deviation) {
  require_two(launches.size());
  const auto n = static_cast<double>(launches.size());
  double mean = 0;
  for (const double launch : launches) mean += launch / n;
  double squares = 0;
  for (const double launch : launches) squares += (launch - mean) * (launch - mean);
  const double deviation = std::max(std::sqrt(squares / (n - 1)), least_deviation);
  return student_quantile(1 - look_error(launches.size()), n - 1) * deviation / std::sqrt(n);
}

}  // namespace rackproof
