#include "harness/base/distributions.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

void require(bool holds, const char* what) {
  if (!holds) throw Error(what);
}

void require_probability(double p) { require(p > 0 && p < 1, "a probability must lie between 0 and 1"); }
void require_degrees(double degrees) {
  require(degrees > 0 && std::isfinite(degrees), "degrees of freedom must be a positive number");
}
void require_number(double x) { require(!std::isnan(x), "a distribution was asked about NaN"); }

using Binomial = boost::math::binomial_distribution<double>;

double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

}  // namespace

double normal_cdf(double z) {
  require_number(z);
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

double normal_quantile(double p) {
  require_probability(p);
  return boost::math::quantile(boost::math::normal_distribution<double>(), p);
}

double student_cdf(double t, double degrees) {
  require_number(t);
  require_degrees(degrees);
  return boost::math::cdf(boost::math::students_t_distribution<double>(degrees), t);
}

double student_quantile(double p, double degrees) {
  require_probability(p);
  require_degrees(degrees);
  return boost::math::quantile(boost::math::students_t_distribution<double>(degrees), p);
}

double chi_squared_cdf(double x, double degrees) {
  require_number(x);
  require_degrees(degrees);
  return x <= 0 ? 0 : boost::math::cdf(boost::math::chi_squared_distribution<double>(degrees), x);
}

double chi_squared_quantile(double p, double degrees) {
  require_probability(p);
  require_degrees(degrees);
  return boost::math::quantile(boost::math::chi_squared_distribution<double>(degrees), p);
}

double fisher_tail(double f, double numerator_degrees, double denominator_degrees) {
  require_number(f);
  require_degrees(numerator_degrees);
  require_degrees(denominator_degrees);
  if (f <= 0) return 1;
  if (std::isinf(f)) return 0;
  const boost::math::fisher_f_distribution<double> distribution(numerator_degrees, denominator_degrees);
  return boost::math::cdf(boost::math::complement(distribution, f));
}

double binomial_lower_bound(std::uint64_t successes, std::uint64_t trials, double confidence) {
  require_probability(confidence);
  require(trials > 0 && successes <= trials, "a share needs trials, and no more successes than those");
  if (successes == 0) return 0;
  return Binomial::find_lower_bound_on_p(static_cast<double>(trials), static_cast<double>(successes),
                                         1 - confidence);
}

double binomial_upper_bound(std::uint64_t successes, std::uint64_t trials, double confidence) {
  require_probability(confidence);
  require(trials > 0 && successes <= trials, "a share needs trials, and no more successes than those");
  if (successes == trials) return 1;
  return Binomial::find_upper_bound_on_p(static_cast<double>(trials), static_cast<double>(successes),
                                         1 - confidence);
}

double hypergeometric_tail(std::uint64_t hits, std::uint64_t draws, std::uint64_t marked,
                           std::uint64_t population) {
  require(hits <= draws && draws <= population && marked <= population,
          "a draw cannot hold more than there is");
  if (hits == 0) return 1;
  const auto n = static_cast<double>(population), m = static_cast<double>(marked),
             k = static_cast<double>(draws);
  const double all = log_choose(n, k);
  double tail = 0;
  for (std::uint64_t i = hits; i <= std::min(draws, marked); ++i) {
    const auto x = static_cast<double>(i);
    if (k - x > n - m) continue;  // more unmarked ones than there are
    const double term = std::exp(log_choose(m, x) + log_choose(n - m, k - x) - all);
    tail += term;
    if (term < tail * 1e-17 && x > k * m / n) break;  // beyond the mode the terms only fall
  }
  return std::min(1.0, tail);
}

}  // namespace rackproof
