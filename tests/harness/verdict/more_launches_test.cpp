// Whether a number needs another launch.
#include "harness/verdict/more_launches.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "harness/base/error.hpp"

namespace rackproof {
namespace {

constexpr double kLaunchComponent = 0.02;
const Bound kAtLeast100 = LowerLimit{100};

std::vector<LaunchInterval> spread_launches(const std::vector<double>& values) {
  std::vector<LaunchInterval> series;
  for (const double value : values) series.push_back({value, value * 0.999, value * 1.001});
  return series;
}
More step(const std::vector<double>& values, const Bound& bound = kAtLeast100,
          double component = kLaunchComponent) {
  return more(spread_launches(values), bound, component);
}

TEST(MoreLaunches, LooksOnlyWhereADecisionIsPossible) {
  EXPECT_EQ(step({}).at, 2u);
  EXPECT_EQ(step({50}).at, 2u);  // however bad it is
  const More undecided = step({99.5, 101});
  EXPECT_TRUE(undecided.another);
  EXPECT_EQ(undecided.verdict.verdict, Verdict::inconclusive);
  EXPECT_EQ(undecided.at, 3u);
  EXPECT_EQ(step({99.5, 101, 101, 101}).at, 5u);  // between two looks nothing is judged
  EXPECT_EQ(step({99.5, 101, 101, 101}).verdict.verdict, Verdict::not_judged);
}

TEST(MoreLaunches, EnoughWhenDecided) {
  const More good = step({110, 111});
  EXPECT_FALSE(good.another);
  EXPECT_EQ(good.verdict.verdict, Verdict::pass);
  const More bad = step({80, 81});
  EXPECT_FALSE(bad.another);
  EXPECT_EQ(bad.verdict.verdict, Verdict::fail);
  EXPECT_NE(bad.reason.find("2 of 2 launches miss"), std::string::npos) << bad.reason;
}

TEST(MoreLaunches, ASecondLookAfterABadLaunchNeverPasses) {
  const More first = step({99.9, 110});
  EXPECT_TRUE(first.another);
  for (const auto& later : {std::vector<double>{99.9, 110, 110}, {99.9, 110, 110, 110, 110}}) {
    EXPECT_NE(step(later).verdict.verdict, Verdict::pass);
  }
}

TEST(MoreLaunches, EnoughWhenNoLookThatIsLeftCanDecide) {
  // One bad launch of eight: not enough of thirteen can still be bad.
  const More hopeless = step({99, 110, 110, 110, 110, 110, 110, 110});
  EXPECT_FALSE(hopeless.another);
  EXPECT_EQ(hopeless.verdict.verdict, Verdict::inconclusive);
  EXPECT_NE(hopeless.reason.find("no further launch can decide it"), std::string::npos) << hopeless.reason;
  const More last = step(std::vector<double>(13, 100.1));
  EXPECT_FALSE(last.another);
  EXPECT_EQ(last.verdict.verdict, Verdict::inconclusive);
  EXPECT_EQ(step(std::vector<double>(14, 100.1)).reason, "no look is left");
}

TEST(MoreLaunches, DecidableLooksFollowBoundAndComponent) {
  const auto all = decidable_looks(kAtLeast100, kLaunchComponent);
  ASSERT_EQ(all.size(), kLooks.size());
  for (const Decidable& look : all) EXPECT_TRUE(look.pass && look.fail) << look.launches;
  // A rate cannot miss a limit by more than all of it.
  EXPECT_FALSE(decidable(kAtLeast100, 0.5, 2).fail);
  EXPECT_FALSE(decidable(kAtLeast100, 0.1, 1).fail);
  // The interval of two launches does not fit into a band of 4 %; that of thirteen does.
  const Bound band = BandLimit{98, 102};
  EXPECT_FALSE(decidable(band, 0.03, 2).pass);
  EXPECT_TRUE(decidable(band, 0.03, 13).pass);
  EXPECT_TRUE(decidable(Bound(UpperLimit{1e-6}), 0.5, 2).fail);  // a time can
  EXPECT_EQ(decidable_looks(kAtLeast100, kLaunchComponent, 4).size(), 2u);
  EXPECT_TRUE(decidable_looks(kAtLeast100, kLaunchComponent, 1).empty());
}

TEST(MoreLaunches, WithoutADecidableLookItIsEnough) {
  const More none = more(spread_launches({80}), kAtLeast100, kLaunchComponent, 1);
  EXPECT_FALSE(none.another);
  EXPECT_EQ(none.verdict.verdict, Verdict::inconclusive);
}

TEST(MoreLaunches, ALaunchWithoutANumberIsNotJudged) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(step({nan, 110}).verdict.verdict, Verdict::not_judged);
  EXPECT_FALSE(step({nan, 110}).another);
}

TEST(MoreLaunches, AnExactBoundIsRefused) { EXPECT_THROW(step({1, 1}, ExactNumber{1}), Error); }

}  // namespace
}  // namespace rackproof
