// One number against one bound.
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "harness/base/no_number.hpp"
#include "harness/base/statistics.hpp"
#include "harness/verdict/judge.hpp"

namespace rackproof {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Of the launches of most tests here.
constexpr double kComponent = 0.03;

Verdict verdict(const Bound& bound, double value, double lo, double hi, const std::vector<double>& launches,
                double component = kComponent) {
  return judge_number(bound, value, lo, hi, launches, component).verdict;
}

TEST(Number, LowerLimit) {
  const Bound lower = LowerLimit{10};
  EXPECT_EQ(verdict(lower, 12, 11, 13, {12, 12}), Verdict::pass);
  EXPECT_EQ(verdict(lower, 11, 10, 12, {11, 11}), Verdict::pass);  // the limit itself is good
  EXPECT_EQ(verdict(lower, 8, 7, 9, {8, 8}), Verdict::fail);
  EXPECT_EQ(verdict(lower, 10.5, 9, 12, {10.5, 10.5}), Verdict::inconclusive);
  EXPECT_EQ(verdict(lower, 9.5, 9, 10, {9.5, 9.5}), Verdict::inconclusive);  // hi reaches the limit
}

TEST(Number, AnUncertainValueFarBeyondItsLimitFails) {
  EXPECT_EQ(verdict(LowerLimit{1000}, 1, 0.2, 3, {0.5, 1.5}), Verdict::fail);
  EXPECT_EQ(verdict(UpperLimit{1}, 1000, 400, 1600, {700, 1300}), Verdict::fail);
  // Without a component it is estimated, and two launches that differ say little.
  EXPECT_EQ(verdict(LowerLimit{1e6}, 1, 0.2, 3, {0.5, 1.5}, 0), Verdict::fail);
  EXPECT_EQ(verdict(LowerLimit{10}, 1, 0.9, 1.1, {0.5, 1.5}, 0), Verdict::inconclusive);
}

TEST(Number, AFailNeedsAMissBeyondItsOwnScatter) {
  // Both launches and the interval miss, but by less than launches differ: an even chance when the value is at the limit.
  EXPECT_EQ(verdict(LowerLimit{10}, 9.5, 9.1, 9.9, {9.5, 9.5}), Verdict::inconclusive);
  EXPECT_EQ(verdict(UpperLimit{10}, 10.5, 10.1, 10.9, {10.5, 10.5}), Verdict::inconclusive);
  EXPECT_EQ(verdict(LowerLimit{10}, 9, 8.6, 9.4, {9, 9}), Verdict::fail);
}

TEST(Number, UpperLimit) {
  const Bound upper = UpperLimit{10};
  EXPECT_EQ(verdict(upper, 8, 7, 10, {8, 8}), Verdict::pass);
  EXPECT_EQ(verdict(upper, 12, 11, 13, {12, 12}), Verdict::fail);
  EXPECT_EQ(verdict(upper, 10, 9, 11, {9.5, 9.9}), Verdict::inconclusive);
}

TEST(Number, Band) {
  const Bound band = BandLimit{8, 10};
  EXPECT_EQ(verdict(band, 9, 8, 10, {9, 9}), Verdict::pass);
  EXPECT_EQ(verdict(band, 7, 6.5, 7.5, {7, 7}), Verdict::fail);
  EXPECT_EQ(verdict(band, 12, 11, 13, {12, 12}), Verdict::fail);
  EXPECT_EQ(verdict(band, 9, 7, 9.5, {9, 9}), Verdict::inconclusive);
  // One launch below and one above are not two on the same bad side.
  EXPECT_EQ(verdict(band, 11, 10.5, 11.5, {7, 15}), Verdict::inconclusive);
}

TEST(Number, OneBadLaunchNeverFailsAndNeverPasses) {
  const Bound lower = LowerLimit{10};
  EXPECT_EQ(verdict(lower, 8, 7, 9, {8}), Verdict::inconclusive);
  EXPECT_EQ(verdict(lower, 11, 10.5, 11.5, {9, 13}), Verdict::inconclusive);  // first bad, second good
  EXPECT_EQ(verdict(lower, 11, 10.5, 11.5, {13, 9}), Verdict::inconclusive);
  EXPECT_EQ(verdict(lower, 8.5, 8, 9, {6, 11}), Verdict::inconclusive);
  EXPECT_EQ(verdict(lower, 8.5, 8, 9, {6, 11, 7}), Verdict::fail);
  EXPECT_EQ(verdict(lower, 12, 11, 13, {12}),
            Verdict::pass);  // one launch passes when its widened interval clears
}

TEST(Number, NaNInfinityAndMissingLaunchesAreNotJudged) {
  for (const Bound& bound : {Bound{LowerLimit{1}}, Bound{UpperLimit{100}}, Bound{BandLimit{1, 100}}}) {
    EXPECT_EQ(verdict(bound, kNoNumber, kNoNumber, kNoNumber, {}), Verdict::not_judged);
    EXPECT_EQ(verdict(bound, kNoNumber, 9, 11, {10, 10}), Verdict::not_judged);
    EXPECT_EQ(verdict(bound, 10, kNoNumber, 11, {10, 10}), Verdict::not_judged);
    EXPECT_EQ(verdict(bound, 10, 9, kNoNumber, {10, 10}), Verdict::not_judged);
    EXPECT_EQ(verdict(bound, 10, 9, 11, {10, kNoNumber}), Verdict::not_judged);
    EXPECT_EQ(verdict(bound, kInfinity, kInfinity, kInfinity, {kInfinity, kInfinity}), Verdict::not_judged);
    EXPECT_EQ(verdict(bound, 10, -kInfinity, kInfinity, {10, 10}), Verdict::not_judged);
    EXPECT_EQ(verdict(bound, 10, 11, 9, {10, 10}), Verdict::not_judged);  // an interval that is upside down
    EXPECT_EQ(verdict(bound, 10, 9, 11, {}), Verdict::not_judged);
  }
}

TEST(Number, ABoundThatIsNaNPassesNothing) {
  EXPECT_NE(verdict(LowerLimit{kNoNumber}, 10, 9, 11, {10, 10}), Verdict::pass);
  EXPECT_NE(verdict(UpperLimit{kNoNumber}, 10, 9, 11, {10, 10}), Verdict::pass);
  EXPECT_NE(verdict(BandLimit{kNoNumber, kNoNumber}, 10, 9, 11, {10, 10}), Verdict::pass);
}

TEST(Number, AnExactBoundIsRefused) {
  EXPECT_THROW(verdict(ExactNumber{10}, 10, 10, 10, {10, 10}), Error);
  EXPECT_THROW(verdict(ExactTexts{{"tcp"}}, 10, 10, 10, {10, 10}), Error);
}

// fail < inconclusive < pass
int rank(Verdict v) { return v == Verdict::pass ? 2 : v == Verdict::inconclusive ? 1 : 0; }

struct Draw {
  std::vector<double> launches;
  Interval interval;
  double centre;
  explicit Draw(std::vector<double> values)
      : launches(std::move(values)), interval(), centre(median(launches)) {
    interval = widened(centre, {centre * 0.995, centre * 1.005}, kComponent, launches.size());
  }
  Verdict against(const Bound& bound) const {
    return verdict(bound, centre, interval.lo, interval.hi, launches);
  }
};

class RandomNumbers : public ::testing::Test {
 protected:
  std::vector<double> launches() {
    std::vector<double> out(count_(engine_));
    for (double& value : out) value = value_(engine_);
    return out;
  }
  double bound() { return value_(engine_); }
  std::mt19937_64 engine_{20261123};
  std::uniform_int_distribution<std::size_t> count_{1, 6};
  std::normal_distribution<double> value_{100, 4};
};

TEST_F(RandomNumbers, AreMonotoneInTheLimit) {
  int passed = 0;
  int failed = 0;
  for (int i = 0; i < 20000; ++i) {
    const Draw draw(launches());
    const double a = bound();
    const double b = bound();
    const double strict = std::max(a, b);
    const double lax = std::min(a, b);
    ASSERT_LE(rank(draw.against(LowerLimit{strict})), rank(draw.against(LowerLimit{lax})));
    ASSERT_LE(rank(draw.against(UpperLimit{lax})), rank(draw.against(UpperLimit{strict})));
    passed += draw.against(LowerLimit{lax}) == Verdict::pass;
    failed += draw.against(LowerLimit{strict}) == Verdict::fail;
  }
  EXPECT_GT(passed, 100);  // the property is not met by never deciding
  EXPECT_GT(failed, 100);
}

TEST_F(RandomNumbers, AWorseLaunchNeverTurnsFailIntoPass) {
  std::uniform_real_distribution<double> drop(0, 20);
  for (int i = 0; i < 20000; ++i) {
    std::vector<double> values = launches();
    const Bound lower = LowerLimit{bound()};
    const int before = rank(Draw(values).against(lower));
    values[static_cast<std::size_t>(i) % values.size()] -= drop(engine_);
    ASSERT_FALSE(before == 0 && rank(Draw(values).against(lower)) == 2);
    ASSERT_FALSE(before == 1 && rank(Draw(values).against(lower)) == 2);
  }
}

}  // namespace
}  // namespace rackproof
