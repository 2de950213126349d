#include "harness/measure/residency.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace rackproof {
namespace {

constexpr std::uint64_t kCache = 32 << 20;

Value bandwidth(double value, double half_width = 1e8) {
  return {value, value - half_width, value + half_width, 20};
}

/// A cold case that is as it should be.
ResidencyFacts cold() { return {bandwidth(90e9), 4 * kCache, kCache, 100e9, true, 300e9}; }

Residency judged(const ResidencyFacts& facts) {
  const ResidencyVerdict verdict = judge_residency(facts);
  EXPECT_EQ(verdict.reason.empty(), verdict.residency == Residency::fine);
  return verdict.residency;
}

TEST(Residency, AColdCaseBelowItsRoofIsFine) {
  EXPECT_EQ(judged(cold()), Residency::fine);
  ResidencyFacts facts = cold();
  facts.bandwidth = bandwidth(101.9e9);  // the roof is known to 2 %
  EXPECT_EQ(judged(facts), Residency::fine);
}

TEST(Residency, AColdWorkingSetThatFitsIsRefusedAtAnyRate) {
  ResidencyFacts facts = cold();
  facts.working_set = 4 * kCache - 1;
  facts.bandwidth = bandwidth(1e9);
  EXPECT_EQ(judged(facts), Residency::refused);
  EXPECT_NE(judge_residency(facts).reason.find("cache-resident"), std::string::npos);
  facts.roof = 0;
  EXPECT_EQ(judged(facts), Residency::refused);
  facts.cache = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(judged(facts), Residency::refused);
}

TEST(Residency, AboveTheRoofASmallSetIsRefusedAndALargeOneSuspicious) {
  ResidencyFacts facts = cold();
  facts.bandwidth = bandwidth(102.1e9);
  EXPECT_EQ(judged(facts), Residency::suspicious);
  facts.cold = false;
  EXPECT_EQ(judged(facts), Residency::suspicious);
  facts.working_set = 4 * kCache - 1;
  EXPECT_EQ(judged(facts), Residency::refused);
  facts.bandwidth = bandwidth(99e9);
  EXPECT_EQ(judged(facts), Residency::fine);
}

TEST(Residency, WithoutARoofColdMustBeMeasurablySlowerThanTheCache) {
  ResidencyFacts facts = cold();
  facts.roof = 0;
  EXPECT_EQ(judged(facts), Residency::fine);
  facts.in_cache = 90.1e9 / 0.79;  // the interval ends below 80 %
  EXPECT_EQ(judged(facts), Residency::fine);
  facts.in_cache = 90.1e9 / 0.81;
  EXPECT_EQ(judged(facts), Residency::undecided);
  facts.in_cache = std::nan("");
  EXPECT_EQ(judged(facts), Residency::undecided);
  facts.cold = false;
  EXPECT_EQ(judged(facts), Residency::fine);
}

TEST(Residency, NaNIsNeverFine) {
  ResidencyFacts facts = cold();
  facts.bandwidth = bandwidth(std::nan(""));
  EXPECT_EQ(judged(facts), Residency::suspicious);
  facts.roof = 0;
  EXPECT_EQ(judged(facts), Residency::undecided);
}

TEST(Residency, AnUnknownCacheCannotHoldAnything) {
  ResidencyFacts facts = cold();
  facts.cache = 0;
  EXPECT_EQ(judged(facts), Residency::fine);
}

}  // namespace
}  // namespace rackproof
