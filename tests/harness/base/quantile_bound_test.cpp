#include "harness/base/quantile_bound.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"
#include "harness/base/random.hpp"

namespace rackproof {
namespace {

std::vector<double> numbers(std::size_t n) {
  std::vector<double> out;
  for (std::size_t i = n; i > 0; --i) out.push_back(static_cast<double>(i));
  return out;
}

TEST(QuantileBound, NeedsAsManyValuesAsWilksSays) {
  EXPECT_EQ(fewest_for_bound(0.05, 0.95), 59u);
  EXPECT_EQ(fewest_for_bound(0.01, 0.95), 299u);
  EXPECT_EQ(fewest_for_bound(0.1, 0.95), 29u);
  EXPECT_EQ(fewest_for_bound(0.5, 0.5), 1u);
  EXPECT_FALSE(quantile_lower_bound(numbers(298), 0.01, 0.95));
  EXPECT_EQ(quantile_lower_bound(numbers(299), 0.01, 0.95), 1);
  EXPECT_EQ(quantile_lower_bound(numbers(472), 0.01, 0.95), 1);
  EXPECT_EQ(quantile_lower_bound(numbers(473), 0.01, 0.95), 2);  // Wilks' second order
  EXPECT_EQ(quantile_lower_bound(numbers(5), 0.999, 0.0001), 5);
}

TEST(QuantileBound, HoldsWithItsConfidenceAndNotMuchMore) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  constexpr std::uint64_t kTrials = 2000;
  std::uint64_t holds = 0;
  for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
    RandomSequence random(seed, trial);
    std::vector<double> values(200);
    for (double& value : values) value = random.uniform();
    holds += *quantile_lower_bound(values, 0.1, 0.95) <= 0.1;
  }
  EXPECT_GE(binomial_upper_bound(holds, kTrials, 0.99999), 0.95);
  EXPECT_LE(binomial_lower_bound(holds, kTrials, 0.99999), 0.975);  // 0.9566 by the binomial distribution
}

TEST(QuantileBound, RefusesWhatIsNoQuantile) {
  EXPECT_THROW(quantile_lower_bound(std::vector{1.0, std::nan("")}, 0.5, 0.5), Error);
  for (const double bad : {0.0, 1.0, -1.0, std::nan("")}) {
    EXPECT_THROW(fewest_for_bound(bad, 0.95), Error);
    EXPECT_THROW(fewest_for_bound(0.05, bad), Error);
  }
  EXPECT_FALSE(quantile_lower_bound({}, 0.5, 0.5));
}

}  // namespace
}  // namespace rackproof
