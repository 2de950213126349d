// Planted components are recovered; what cannot be told is not told.
#include "harness/verdict/peers/repeatability.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"
#include "harness/base/random.hpp"
#include "harness/verdict/peers/nested_components.hpp"

namespace rackproof {
namespace {

struct Planted {
  double rack = 0, device = 0.01, launch = 0.005, iteration = 0.008;
  std::uint32_t racks = 20, devices = 10, launches = 5, iterations = 10;  ///< devices of a rack, and so on
  double missing = 0;  ///< share of the values; some launches and devices shrink, none is alike
};

Replicates drawn(const Planted& planted, std::uint64_t seed) {
  const RandomStream rack(seed, 1), device(seed, 2), launch(seed, 3), iteration(seed, 4), missing(seed, 5);
  Replicates out;
  std::uint32_t d = 0, l = 0;
  std::uint64_t i = 0;
  for (std::uint32_t r = 0; r < planted.racks; ++r) {
    for (std::uint32_t k = 0; k < planted.devices; ++k, ++d) {
      const double of_device = planted.rack * rack.normal(r) + planted.device * device.normal(d);
      for (std::uint32_t j = 0; j < planted.launches; ++j, ++l) {
        const double of_launch = of_device + planted.launch * launch.normal(l);
        for (std::uint32_t n = 0; n < planted.iterations; ++n, ++i) {
          if (missing.uniform(i) < planted.missing * (1 + (d % 2)) * (1 + (j % 2)) / 2) continue;
          out.value.push_back(5e9 * std::exp(of_launch + planted.iteration * iteration.normal(i)));
          out.launch.push_back(l);
          out.device.push_back(d);
          out.rack.push_back(r);
        }
      }
    }
  }
  return out;
}

/// Mean ratio of what was found to what was planted, over some draws.
template <class Field>
double recovered(const Planted& planted, double truth, Field field, std::uint64_t seed) {
  constexpr int kDraws = 12;
  double sum = 0;
  for (int i = 0; i < kDraws; ++i)
    sum += field(repeatability(drawn(planted, seed + static_cast<std::uint64_t>(i))));
  return sum / kDraws / truth;
}

TEST(Repeatability, RecoversWhatWasPlanted) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  for (const double missing : {0.0, 0.4}) {
    SCOPED_TRACE(missing);
    Planted planted;  // 200 × 5 × 10
    planted.missing = missing;
    EXPECT_NEAR(recovered(
                    planted, 0.01, [](const auto& r) { return r.device_sd; }, seed),
                1, 0.1);
    EXPECT_NEAR(recovered(
                    planted, 0.005, [](const auto& r) { return r.launch_sd; }, seed),
                1, 0.1);
    EXPECT_NEAR(recovered(
                    planted, 0.008, [](const auto& r) { return r.iteration_sd; }, seed),
                1, 0.1);
    planted.rack = 0.02;
    planted.racks = 100;
    planted.devices = 4;
    planted.launches = 3;
    planted.iterations = 4;
    EXPECT_NEAR(recovered(
                    planted, 0.02, [](const auto& r) { return r.rack_sd; }, seed),
                1, 0.15);
    EXPECT_NEAR(recovered(
                    planted, 0.01, [](const auto& r) { return r.device_sd; }, seed),
                1, 0.1);
  }
}

TEST(Repeatability, LimitAndIccFollowFromTheComponents) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  const Repeatability found = repeatability(drawn({}, seed));
  EXPECT_EQ(found.devices, 200u);
  EXPECT_EQ(found.launches, 1000u);
  EXPECT_EQ(found.values, 10'000u);
  EXPECT_NEAR(found.repeat_sd, std::hypot(found.launch_sd, found.iteration_sd / std::sqrt(10)), 1e-12);
  EXPECT_DOUBLE_EQ(found.limit, 2.8 * found.repeat_sd);
  EXPECT_GT(found.repeat_upper, found.repeat_sd);
  EXPECT_NEAR(found.icc, 1 / (1 + std::pow(found.repeat_sd / found.device_sd, 2) / 5), 1e-9);
  EXPECT_FALSE(found.dominated_by_noise());
  Planted noisy;
  noisy.device = 0.001;
  EXPECT_TRUE(repeatability(drawn(noisy, seed)).dominated_by_noise());
}

TEST(Repeatability, TheUpperBoundHolds) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  const Planted few{0, 0.01, 0.005, 0, 1, 2, 3, 1, 0};  // four degrees of freedom
  std::uint64_t held = 0, near = 0;
  constexpr std::uint64_t kDraws = 2000;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const Repeatability found = repeatability(drawn(few, seed + i));
    held += found.repeat_upper >= 0.005 ? 1u : 0u;
    near += found.repeat_sd >= 0.005 ? 1u : 0u;
  }
  EXPECT_GE(binomial_upper_bound(held, kDraws, 1 - 1e-6), 0.95) << held;
  EXPECT_LE(binomial_lower_bound(held, kDraws, 1 - 1e-6), 0.95) << held;
  EXPECT_LT(binomial_upper_bound(near, kDraws, 1 - 1e-6), 0.9) << "the estimate itself would not do";
}

TEST(Repeatability, WhatCannotBeToldIsNotTold) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  Planted planted;
  planted.iterations = 1;
  Repeatability found = repeatability(drawn(planted, seed));
  EXPECT_TRUE(std::isnan(found.iteration_sd));
  EXPECT_NEAR(found.launch_sd, std::hypot(0.005, 0.008), 0.002) << "with what iterations add";
  EXPECT_FALSE(std::isnan(found.icc));
  planted.launches = 1;
  found = repeatability(drawn(planted, seed));
  EXPECT_TRUE(std::isnan(found.repeat_sd));
  EXPECT_TRUE(std::isnan(found.device_sd));
  EXPECT_TRUE(std::isnan(found.icc));
  EXPECT_FALSE(found.dominated_by_noise()) << "not known";
  planted = {};
  planted.racks = planted.devices = 1;
  found = repeatability(drawn(planted, seed));
  EXPECT_FALSE(std::isnan(found.repeat_sd));
  EXPECT_TRUE(std::isnan(found.device_sd));
  EXPECT_TRUE(std::isnan(repeatability({}).repeat_sd));
  const Replicates odd{{-1, 0, std::nan(""), INFINITY}, {1, 2, 3, 4}, {1, 1, 2, 2}, {}};
  EXPECT_EQ(repeatability(odd).values, 0u);
  const Replicates equal{{7, 7, 7, 7}, {1, 2, 3, 4}, {1, 1, 2, 2}, {}};
  EXPECT_EQ(repeatability(equal).repeat_sd, 0);
  EXPECT_TRUE(std::isnan(repeatability(equal).icc));
  EXPECT_THROW(repeatability({{1, 2}, {1, 2}, {1}, {}}), Error);
}

TEST(NestedComponents, AreThoseOfTheTextbook) {
  // Balanced: mean squares by hand. Two groups of two, each of two values.
  const std::vector<double> values{1, 3, 2, 6, 10, 12, 9, 5};
  const std::vector<std::vector<std::uint32_t>> levels{{0, 0, 0, 0, 1, 1, 1, 1}, {0, 0, 1, 1, 2, 2, 3, 3}};
  const auto found = nested_components(values, levels);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].degrees, 1u);
  EXPECT_EQ(found[1].degrees, 2u);
  EXPECT_EQ(found[2].degrees, 4u);
  EXPECT_DOUBLE_EQ(found[0].mean_square, 72);  // 4 · (3² + 3²)
  EXPECT_DOUBLE_EQ(found[1].mean_square, 10);  // 2 · (1 + 1 + 4 + 4) / 2
  EXPECT_DOUBLE_EQ(found[2].mean_square, 5);   // (2 + 8 + 2 + 8) / 4
  EXPECT_DOUBLE_EQ(found[0].variance, 62.0 / 4);
  EXPECT_DOUBLE_EQ(found[1].variance, 5.0 / 2);
  EXPECT_DOUBLE_EQ(found[2].variance, 5);
  EXPECT_DOUBLE_EQ(found[0].per_group, 4);
}

TEST(NestedComponents, BelowZeroBecomesZero) {
  const std::vector<double> values{0, 10, 0, 10};
  const std::vector<std::vector<std::uint32_t>> levels{{0, 0, 1, 1}};
  EXPECT_EQ(nested_components(values, levels)[0].variance, 0);
}

TEST(NestedComponents, RefuseWhatIsNotNested) {
  const std::vector<double> values{1, 2, 3};
  using Levels = std::vector<std::vector<std::uint32_t>>;
  EXPECT_THROW(nested_components(values, Levels{{0, 0, 1}, {5, 6, 5}}), Error);
  EXPECT_THROW(nested_components(values, Levels{{0, 0}}), Error);
  EXPECT_THROW(nested_components({}, Levels{{}}), Error);
  EXPECT_THROW(nested_components(std::vector<double>{1, std::nan("")}, Levels{{0, 0}}), Error);
}

}  // namespace
}  // namespace rackproof
