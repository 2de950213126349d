#include "harness/measure/stopping_rule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

namespace rackproof {
namespace {

TEST(StoppingRule, StopsWhenTheIntervalIsNarrowEnough) {
  const std::vector<std::int64_t> narrow{1000, 1001, 1002, 1003, 1004, 1005, 1006};
  StoppingRule rule(0.01, 6);
  EXPECT_FALSE(rule.stops(std::span(narrow).first(6)));  // no interval of 97 % exists
  EXPECT_DOUBLE_EQ(rule.coverage(), kNominalCoverage);
  EXPECT_TRUE(rule.stops(narrow));
  EXPECT_DOUBLE_EQ(rule.coverage(), kLookCoverage);
  const std::vector<std::int64_t> wide{900, 1001, 1002, 1003, 1004, 1005, 1100};
  EXPECT_FALSE(StoppingRule(0.01, 6).stops(wide));
  EXPECT_FALSE(StoppingRule(std::nan(""), 6).stops(narrow));
}

TEST(StoppingRule, LooksSeldom) {
  StoppingRule rule(0.01, 6);
  EXPECT_FALSE(rule.stops(std::vector<std::int64_t>{1, 1000, 1, 1000, 1, 1000, 1}));
  // Narrow from now on, but nobody looks before there are 1.5 times as many.
  for (std::size_t n = 8; n <= 10; ++n) EXPECT_FALSE(rule.stops(std::vector<std::int64_t>(n, 1000))) << n;
  EXPECT_TRUE(rule.stops(std::vector<std::int64_t>(11, 1000)));
}

using Draw = std::function<double(std::mt19937_64&)>;

/// Draws of the median 1 whose width is `sigma`.
std::vector<Draw> noises(double sigma) {
  return {[=](auto& random) { return std::normal_distribution<double>(1, sigma)(random); },
          [=](auto& random) { return std::lognormal_distribution<double>(0, sigma)(random); }};
}

/// Share of launches whose interval covers the true median. `stops` is made anew for each launch.
template <class Stops>
double coverage_of(const Draw& draw, double coverage, const std::function<Stops()>& make) {
  constexpr int kRuns = 2000;
  constexpr std::size_t kMost = 150;
  std::mt19937_64 random(3);
  int covered = 0;
  std::vector<std::int64_t> ns;
  for (int run = 0; run < kRuns; ++run) {
    ns.clear();
    Stops stops = make();
    while (ns.size() < kMost && !stops(ns)) ns.push_back(std::llround(1e6 * draw(random)));
    const Interval interval = median_interval(std::vector<double>(ns.begin(), ns.end()), coverage);
    covered += interval.lo <= 1e6 && 1e6 <= interval.hi ? 1 : 0;
  }
  return static_cast<double>(covered) / kRuns;
}

struct Paid {
  StoppingRule rule{0.01, 6};
  bool operator()(const std::vector<std::int64_t>& ns) { return rule.stops(ns); }
};

/// The same rule with the nominal interval and a look after every sample.
struct Unpaid {
  bool operator()(const std::vector<std::int64_t>& ns) const {
    if (ns.size() < 6) return false;
    const std::vector<double> values(ns.begin(), ns.end());
    const Interval interval = median_interval(values);
    return (interval.hi - interval.lo) / 2 <= 0.01 * median(values);
  }
};

// 3 standard errors of 2,000 runs below the 96 % that are reached here.
constexpr double kLeast = 0.945;

TEST(StoppingRule, WhatWasLookedAtStillCovers) {
  for (const double sigma : {0.015, 0.02, 0.03}) {
    for (const Draw& draw : noises(sigma)) {
      EXPECT_GE(coverage_of<Paid>(draw, kLookCoverage, [] { return Paid(); }), kLeast) << sigma;
    }
  }
}

TEST(StoppingRule, LooksThatAreNotPaidForAreFoundOut) {
  for (const Draw& draw : noises(0.03)) {
    EXPECT_LT(coverage_of<Unpaid>(draw, kNominalCoverage, [] { return Unpaid(); }), kLeast);
  }
}

}  // namespace
}  // namespace rackproof
