#include "harness/verdict/compare/ratio.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"
#include "harness/base/two_samples.hpp"
#include "tests/harness/verdict/planted_devices.hpp"

namespace rackproof {
namespace {

using test::in_racks;
using test::Noise;
using test::Planted;
using test::planted_devices;

const RatioSettings kStandard{};

std::uint64_t fresh_seed() { return std::random_device{}() * std::uint64_t{0x100000001} + 1; }

DeviceValues exps(std::vector<double> logs) {
  for (double& x : logs) x = std::exp(x);
  return {std::move(logs), {}};
}

struct Covered {
  std::uint64_t trials = 0;
  std::uint64_t by_devices = 0;     ///< intervals of compare_devices that hold the planted ratio
  std::uint64_t by_iterations = 0;  ///< of Student's t over all iterations, as if each were a device
};

Covered coverage(const Planted& planted, double log_ratio, std::uint64_t trials, std::uint64_t seed) {
  Covered covered{trials, 0, 0};
  for (std::uint64_t trial = 0; trial < trials; ++trial) {
    RandomSequence random(seed, trial);
    Planted faster = planted;
    faster.log_speed += log_ratio;
    const auto a = planted_devices(faster, random), b = planted_devices(planted, random);
    const Interval interval =
        compare_devices(exps(a.device_means), exps(b.device_means), Direction::higher_is_better, kStandard)
            .interval;
    covered.by_devices += std::log(interval.lo) <= log_ratio && log_ratio <= std::log(interval.hi);
    const Interval naive = welch_difference(a.iterations, b.iterations).interval(0.95);
    covered.by_iterations += naive.lo <= log_ratio && log_ratio <= naive.hi;
  }
  return covered;
}

/// Whether a share between 94 and 96 % explains it; false of a right one once in 10^6 runs or less.
bool may_be_nominal(std::uint64_t hits, std::uint64_t trials) {
  return binomial_upper_bound(hits, trials, 0.999999) >= 0.94 &&
         binomial_lower_bound(hits, trials, 0.999999) <= 0.96;
}

class RatioCoverage : public ::testing::TestWithParam<Noise> {};

TEST_P(RatioCoverage, OfDevicesIsNominalAndOfIterationsIsNot) {
  const std::uint64_t seed = fresh_seed();
  SCOPED_TRACE(seed);
  for (const double ratio : {1.0, 1.01, 1.02, 1.05}) {
    SCOPED_TRACE(ratio);
    const Covered covered =
        coverage({.noise = GetParam()}, std::log(ratio), 700, seed + std::hash<double>{}(ratio));
    EXPECT_TRUE(may_be_nominal(covered.by_devices, covered.trials)) << covered.by_devices;
    EXPECT_FALSE(may_be_nominal(covered.by_iterations, covered.trials)) << covered.by_iterations;
  }
}

INSTANTIATE_TEST_SUITE_P(Families, RatioCoverage,
                         ::testing::Values(Noise::gauss, Noise::t6, Noise::lognormal));

TEST(Ratio, SameMachinesAreCalledDifferentNoMoreOftenThanTheLevelSays) {
  const std::uint64_t seed = fresh_seed();
  SCOPED_TRACE(seed);
  constexpr std::uint64_t kTrials = 1500;
  std::uint64_t different = 0;
  for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
    RandomSequence random(seed, trial);
    const Planted planted{.launches = 1, .iterations = 1};
    const auto a = exps(planted_devices(planted, random).device_means);
    const auto b = exps(planted_devices(planted, random).device_means);
    different += says_different(compare_devices(a, b, Direction::higher_is_better, kStandard).word);
  }
  EXPECT_LE(binomial_lower_bound(different, kTrials, 0.99999), 0.05) << different;
}

/// `n` devices around `centre`, within ± spread.
DeviceValues around(double centre, std::size_t n, double spread) {
  DeviceValues out;
  for (std::size_t i = 0; i < n; ++i)
    out.values.push_back(centre *
                         (1 + spread * (2 * static_cast<double>(i) / static_cast<double>(n - 1) - 1)));
  return out;
}

TEST(Ratio, WordsFollowTheDirection) {
  const auto fast = around(1.1, 16, 0.02), reference = around(1.0, 16, 0.02);
  EXPECT_EQ(compare_devices(fast, reference, Direction::higher_is_better, kStandard).word, RatioWord::faster);
  EXPECT_EQ(compare_devices(reference, fast, Direction::higher_is_better, kStandard).word, RatioWord::slower);
  EXPECT_EQ(compare_devices(fast, reference, Direction::lower_is_better, kStandard).word, RatioWord::slower);
  EXPECT_EQ(compare_devices(reference, fast, Direction::lower_is_better, kStandard).word, RatioWord::faster);
  EXPECT_EQ(compare_devices(fast, reference, Direction::neither, kStandard).word, RatioWord::higher);
  EXPECT_EQ(compare_devices(reference, fast, Direction::neither, kStandard).word, RatioWord::lower);
  const Ratio time = compare_devices(reference, fast, Direction::lower_is_better, kStandard);
  EXPECT_NEAR(time.value, 1 / 1.1, 1e-3);
  EXPECT_EQ(time.p_better, 1);
  EXPECT_GT(1, time.interval.hi);
}

TEST(Ratio, EquivalenceNeedsTheMarginAndEnoughDevices) {
  const auto a = around(1.005, 32, 0.01), b = around(1.0, 32, 0.01);
  const Ratio ratio = compare_devices(a, b, Direction::higher_is_better, kStandard);
  EXPECT_EQ(ratio.word, RatioWord::equivalent);  // surely different, but by less than matters
  EXPECT_LE(ratio.p_equivalent, 0.05);
  EXPECT_EQ(compare_devices(a, b, Direction::higher_is_better, {.margin = 0.001}).word, RatioWord::faster);
  EXPECT_EQ(
      compare_devices(around(1.0, 9, 0.2), around(1.0, 9, 0.2), Direction::higher_is_better, kStandard).word,
      RatioWord::undecided);
}

TEST(Ratio, FewDevicesAreDescribedOnly) {
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{7}}) {
    const auto few = DeviceValues{std::vector<double>(n, 2.0), {}};
    const Ratio ratio = compare_devices(few, around(1.0, 16, 0.01), Direction::higher_is_better, kStandard);
    EXPECT_EQ(ratio.word, RatioWord::descriptive);
    EXPECT_TRUE(std::isnan(ratio.interval.lo));
    EXPECT_EQ(std::isnan(ratio.value), n == 0);
    EXPECT_NE(ratio.why.en.find("needs 8"), std::string::npos) << ratio.why.en;
  }
  EXPECT_EQ(compare_devices({std::vector<double>(8, 2.0), {}}, {std::vector<double>(8, 1.0), {}},
                            Direction::higher_is_better, kStandard)
                .word,
            RatioWord::faster);
}

TEST(Ratio, RacksThatDifferAreWhatWasDrawn) {
  const std::uint64_t seed = fresh_seed();
  SCOPED_TRACE(seed);
  constexpr std::uint64_t kTrials = 400;
  std::uint64_t by_racks = 0, by_devices = 0, alike = 0;
  for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
    RandomSequence random(seed, trial);
    const auto covers_one = [](const Ratio& ratio) {
      return ratio.interval.lo <= 1 && 1 <= ratio.interval.hi;
    };
    DeviceValues a = in_racks(8, 16, 0.005, random), b = in_racks(8, 16, 0.005, random);
    by_racks += covers_one(compare_devices(a, b, Direction::higher_is_better, kStandard));
    a.racks.clear();
    b.racks.clear();
    by_devices += covers_one(compare_devices(a, b, Direction::higher_is_better, kStandard));
    alike += covers_one(compare_devices(in_racks(8, 16, 0, random), in_racks(8, 16, 0, random),
                                        Direction::higher_is_better, kStandard));
  }
  EXPECT_GE(binomial_upper_bound(by_racks, kTrials, 0.99999), 0.94) << by_racks;
  EXPECT_LT(binomial_upper_bound(by_devices, kTrials, 0.95), 0.9)
      << by_devices;  // as if racks did not matter
  EXPECT_GE(binomial_upper_bound(alike, kTrials, 0.99999), 0.94) << alike;
}

TEST(Ratio, RefusesWhatHasNoLogarithm) {
  const auto good = around(1.0, 9, 0.1);
  for (const double bad : {std::nan(""), 0.0, -1.0, HUGE_VAL}) {
    auto values = good;
    values.values[3] = bad;
    EXPECT_THROW(compare_devices(values, good, Direction::higher_is_better, kStandard), Error);
    EXPECT_THROW(compare_devices(good, values, Direction::higher_is_better, kStandard), Error);
    EXPECT_THROW(compare_devices(good, good, Direction::higher_is_better, {.margin = bad}), Error);
  }
  EXPECT_THROW(compare_devices(good, good, Direction::higher_is_better, {.level = 0.5}), Error);
}

}  // namespace
}  // namespace rackproof
