// What a fail by a number needs, and how often it is false: the fast form of tests/bench/gate_error_table.cpp.
#include "harness/verdict/gate_error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"
#include "tests/harness/verdict/launch_simulation.hpp"

namespace rackproof {
namespace {

using test::Family;
using test::LaunchNoise;
using test::Procedure;

TEST(GateError, SharesOfTheLooksStayWithinTheWhole) {
  EXPECT_LE(std::accumulate(kLookShares.begin(), kLookShares.end(), 0.0), 1);
  EXPECT_DOUBLE_EQ(look_error(2), kGateError * kLookShares[0]);
  EXPECT_DOUBLE_EQ(look_error(4), look_error(5));  // a look that was not planned spends what the next one has
  EXPECT_DOUBLE_EQ(look_error(13), look_error(1000));
}

// P(more than half of n miss by k standard deviations), from the distribution that was assumed.
double false_fail(std::size_t n, double p) {
  double sum = 0;
  for (std::size_t m = launches_to_fail(n); m <= n; ++m) {
    const auto a = static_cast<double>(m), b = static_cast<double>(n);
    sum += std::exp(std::lgamma(b + 1) - std::lgamma(a + 1) - std::lgamma(b - a + 1) + a * std::log(p) +
                    (b - a) * std::log1p(-p));
  }
  return sum;
}

TEST(GateError, MissFactorIsTheLargerOfGaussAndT3) {
  for (const std::size_t n : {2u, 3u, 4u, 5u, 8u, 13u, 40u}) {
    const double gauss = false_fail(n, normal_cdf(-miss_factor(n)));
    const double t3 = false_fail(n, student_cdf(-miss_factor(n) * std::sqrt(3.0), 3));
    EXPECT_NEAR(std::max(gauss, t3) / look_error(n), 1, 1e-6) << n;
  }
  EXPECT_THROW(miss_factor(1), Error);
}

TEST(GateError, EdgesOfTheMiss) {
  const double k = miss_factor(2);
  EXPECT_DOUBLE_EQ(missed_below(10, 0.1, 2), 10 * (1 - 0.1 * k));
  EXPECT_DOUBLE_EQ(missed_above(10, 0.1, 2), 10 * std::exp(0.1 * k));
  EXPECT_LT(missed_below(-10, 0.1, 2), -10);
  EXPECT_GT(missed_above(-10, 0.1, 2), -10);
  EXPECT_DOUBLE_EQ(missed_below(0, 0.1, 2), 0);
}

TEST(GateError, EstimatedHalfWidthIsTheTInterval) {
  // n = 3, s = 1: t(1 - α, 2) / √3.
  const std::vector<double> launches{9, 10, 11};
  EXPECT_NEAR(estimated_half_width(launches, 0), student_quantile(1 - look_error(3), 2) / std::sqrt(3.0),
              1e-9);
  EXPECT_NEAR(estimated_half_width(launches, 2), 2 * estimated_half_width(launches, 0), 1e-9);
  const std::vector<double> one{9};
  EXPECT_THROW(estimated_half_width(one, 0), Error);
}

class FalseFails : public testing::Test {
 protected:
  test::SimulatedVerdicts simulate(const LaunchNoise& noise, const Procedure& procedure) {
    const auto seen = test::simulate_verdicts(noise, procedure, seed_, next_stream_, kTrials);
    next_stream_ += kTrials;
    return seen;
  }
  static LaunchNoise noise_of(Family family, double component) {
    LaunchNoise noise;
    noise.family = family;
    noise.component = noise.declared = component;
    return noise;
  }
  /// Wrong with a probability below 1e-6 when the true rate is at most `most`.
  static double surely_at_least(const test::SimulatedVerdicts& seen) {
    return binomial_lower_bound(seen.fails, seen.trials, 1 - 1e-6);
  }
  static constexpr std::uint64_t kTrials = 20'000;
  static constexpr Procedure kSequence{Procedure::Kind::sequential, kLooks.back()};
  std::uint64_t seed_ = std::random_device{}();
  std::uint64_t next_stream_ = 0;
};

TEST_F(FalseFails, StayWithinTheErrorOverAllLooks) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  std::vector<LaunchNoise> noises{noise_of(Family::t6, 0.05), noise_of(Family::lognormal, 0.1),
                                  noise_of(Family::two_modes, 0.02)};
  noises.push_back(noise_of(Family::lognormal, 0.1));
  noises.back().is_upper = true;
  noises.push_back(noise_of(Family::gauss, 0.03));
  noises.back().iteration = 0.03;
  noises.back().ar_inside = 0.3;
  noises.push_back(noise_of(Family::t6, 0.05));
  noises.back().declared = 0;  // estimated
  std::uint64_t trials = 0, fails = 0;
  for (const LaunchNoise& noise : noises) {
    const auto seen = simulate(noise, kSequence);
    EXPECT_LE(surely_at_least(seen), kGateError) << to_string(noise.family);
    trials += seen.trials;
    fails += seen.fails;
  }
  EXPECT_LE(binomial_upper_bound(fails, trials, 0.99), kGateError) << fails << " of " << trials;
}

TEST_F(FalseFails, OfCorrelatedLaunchesStayWithinThreeTimesTheError) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  LaunchNoise noise = noise_of(Family::gauss, 0.03);
  noise.ar_between = 0.3;
  EXPECT_LE(surely_at_least(simulate(noise, kSequence)), 3 * kGateError);
}

TEST_F(FalseFails, OfAnIntervalAloneDoNot) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  for (const Family family : {Family::gauss, Family::t6}) {
    EXPECT_GT(surely_at_least(simulate(noise_of(family, 0.05), {Procedure::Kind::interval, 3})),
              5 * kGateError);
  }
}

TEST_F(FalseFails, OfAComponentThatIsDeclaredTooSmallDoNot) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  LaunchNoise noise = noise_of(Family::gauss, 0.05);
  noise.declared = 0.02;
  EXPECT_GT(surely_at_least(simulate(noise, {Procedure::Kind::fixed, 2})), kGateError);
}

TEST_F(FalseFails, DoNotComeFromNeverDeciding) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  LaunchNoise slow = noise_of(Family::gauss, 0.02);
  slow.truth = 0.9;  // 5 standard deviations below
  const auto seen = simulate(slow, kSequence);
  EXPECT_GE(binomial_lower_bound(seen.fails, seen.trials, 1 - 1e-6), 0.99);
  EXPECT_LE(seen.launches, 3 * seen.trials);
  EXPECT_EQ(seen.passes, 0u);
  LaunchNoise good = noise_of(Family::gauss, 0.02);
  good.truth = 1.1;
  const auto passed = simulate(good, kSequence);
  EXPECT_GE(binomial_lower_bound(passed.passes, passed.trials, 1 - 1e-6), 0.99);
}

}  // namespace
}  // namespace rackproof
