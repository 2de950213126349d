// Ranks of a column against a sort of it.
#include "harness/verdict/peers/order_statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "harness/base/error.hpp"
#include "harness/base/random.hpp"
#include "harness/base/statistics.hpp"
#include "tests/harness/results/not_measured.hpp"

namespace rackproof {
namespace {

using test::kNotMeasured;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Every rank, some quantiles and the deviation against the sorted numbers.
void expect_exact(const std::vector<float>& column) {
  std::vector<double> sorted;
  for (const float value : column) {
    if (!std::isnan(value)) sorted.push_back(static_cast<double>(value));
  }
  std::ranges::sort(sorted);
  const OrderStatistics statistics(column);
  ASSERT_EQ(statistics.count(), sorted.size());
  const std::size_t step = std::max<std::size_t>(1, sorted.size() / 23);
  for (std::size_t rank = 0; rank < sorted.size(); rank += step)
    EXPECT_EQ(static_cast<double>(statistics.ranked(rank)), sorted[rank]) << rank;
  EXPECT_EQ(static_cast<double>(statistics.ranked(sorted.size() - 1)), sorted.back());
  EXPECT_THROW(statistics.ranked(sorted.size()), Error);
  if (!std::isfinite(sorted.front()) || !std::isfinite(sorted.back())) return;
  for (const double p : {0.0, 0.001, 0.25, 0.5, 0.75, 0.99, 1.0})
    EXPECT_EQ(statistics.quantile(p), quantile(sorted, p)) << p;
  EXPECT_EQ(statistics.scaled_mad(), scaled_mad(sorted));
}

TEST(OrderStatistics, AreThoseOfTheSortedColumn) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  const RandomStream random(seed, 1);
  for (const std::size_t n : {1u, 2u, 3u, 10u, 511u, 512u, 1025u, 20'000u}) {
    SCOPED_TRACE(n);
    std::vector<float> normal(n), heavy(n), ties(n), negative(n), wide(n);
    for (std::size_t i = 0; i < n; ++i) {
      normal[i] = static_cast<float>(2e12 * (1 + 0.01 * random.normal(i)));
      heavy[i] = static_cast<float>(random.student(i, 3));
      ties[i] = static_cast<float>(random.index(i, 3));
      negative[i] = -normal[i];
      wide[i] = static_cast<float>(std::exp(30 * random.normal(i)));
      if (i % 7 == 3) normal[i] = kNotMeasured;
      if (i % 5 == 3) heavy[i] = -kNotMeasured;
    }
    for (const auto& column : {normal, heavy, ties, negative, wide}) expect_exact(column);
  }
}

TEST(OrderStatistics, OddColumns) {
  expect_exact({3});
  expect_exact(std::vector<float>(3000, 1.5f));
  expect_exact({0.0f, -0.0f, 0.0f, -1.0f});
  expect_exact({-kInfinity, 1, 2, kInfinity, kNotMeasured});
  expect_exact({std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::max(),
                std::numeric_limits<float>::lowest()});
  // All but the sampled places lie far outside of what the sample shows.
  std::vector<float> sampled(512 * 40, 1e30f);
  for (std::size_t i = 0; i < sampled.size(); ++i) sampled[i] += static_cast<float>(i) * 1e24f;
  for (std::size_t i = 0; i < sampled.size(); i += 40) sampled[i] = 1;
  expect_exact(sampled);
}

TEST(OrderStatistics, NothingIsAnError) {
  const std::vector<float> none;
  const std::vector<float> nan(5000, kNotMeasured);
  for (const auto& column : {none, nan}) {
    const OrderStatistics statistics(column);
    EXPECT_EQ(statistics.count(), 0u);
    EXPECT_THROW(statistics.median(), Error);
    EXPECT_THROW(statistics.ranked(0), Error);
    EXPECT_THROW(statistics.scaled_mad(0), Error);
  }
  const std::vector<float> one{1};
  EXPECT_THROW(OrderStatistics(one).quantile(1.5), Error);
  EXPECT_THROW(OrderStatistics(one).quantile(std::nan("")), Error);
  EXPECT_THROW(OrderStatistics(one).scaled_mad(std::nan("")), Error);
}

}  // namespace
}  // namespace rackproof
