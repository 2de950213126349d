#include "harness/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

struct Moments {
  double mean = 0, variance = 0, kurtosis = 0;
};

template <class Draw>
Moments moments(Draw draw) {
  constexpr int kDraws = 200'000;
  double sum = 0, squares = 0, fourth = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = draw(static_cast<std::uint64_t>(i));
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
  }
  const double variance = squares / kDraws;
  return {sum / kDraws, variance, fourth / kDraws / (variance * variance)};
}

TEST(RandomStream, HasTheMomentsOfItsDistribution) {
  const RandomStream stream(20261129, 7);
  const Moments normal = moments([&](std::uint64_t i) { return stream.normal(i); });
  EXPECT_NEAR(normal.mean, 0, 0.01);
  EXPECT_NEAR(normal.variance, 1, 0.02);
  EXPECT_NEAR(normal.kurtosis, 3, 0.1);
  const Moments student = moments([&](std::uint64_t i) { return stream.student(i, 6); });
  EXPECT_NEAR(student.variance, 1, 0.05);
  EXPECT_GT(student.kurtosis, 4);  // 6 in theory
  const Moments uniform = moments([&](std::uint64_t i) { return stream.uniform(i) - 0.5; });
  EXPECT_NEAR(uniform.variance, 1.0 / 12, 0.001);
  EXPECT_THROW(stream.student(0, 2), Error);
}

TEST(RandomStream, ManyNormalsAreTheSameAsOneByOne) {
  const RandomStream stream(20261129, 8);
  for (const std::uint64_t first : {0, 1, 6, 7}) {
    for (const std::size_t count : {0, 1, 2, 3, 1000}) {
      std::vector<double> many(count);
      stream.normals(first, many);
      for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(many[i], stream.normal(first + i));
    }
  }
}

TEST(RandomStream, StreamsAndSeedsDiffer) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (std::uint64_t stream = 0; stream < 10; ++stream) {
      for (std::uint64_t i = 0; i < 10; ++i) seen.insert(RandomStream(seed, stream).bits(i));
    }
  }
  EXPECT_EQ(seen.size(), 1000u);
  RandomSequence sequence(1, 2);
  EXPECT_EQ(sequence.normal(), RandomStream(1, 2).normal(0));
  EXPECT_EQ(sequence.uniform(), RandomStream(1, 2).uniform(1));
}

TEST(RandomStream, KindsOfNumbersAreIndependent) {
  double products = 0;
  constexpr int kDraws = 100'000;
  const RandomStream stream(5, 6);
  for (std::uint64_t i = 0; i < kDraws; ++i)
    products += (stream.uniform(i) - 0.5) * stream.normal(2 * i);  // of one counter
  EXPECT_LT(std::abs(products / kDraws), 5 * std::sqrt(1.0 / 12 / kDraws));
}

TEST(RandomStream, IndexIsBelowItsBound) {
  const RandomStream stream(3, 4);
  std::set<std::uint64_t> seen;
  for (std::uint64_t i = 0; i < 200; ++i) seen.insert(stream.index(i, 7));
  EXPECT_EQ(seen.size(), 7u);
  EXPECT_EQ(*seen.rbegin(), 6u);
  EXPECT_THROW(stream.index(0, 0), Error);
}

}  // namespace

}  // namespace rackproof
