// What an energy counter may say, and what it may not: no number comes of the latter.
#include "harness/machine/energy_counter.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace rackproof {
namespace {

constexpr std::int64_t kBetweenCounts = 100'000'000;  // ns
constexpr std::int64_t kRange = 262'143'328'850;      // µJ, of a server

TEST(EnergyCounter, DividesWhatWasUsedByTheTime) {
  EnergyCounter counter(kRange);
  EXPECT_EQ(counter.power(1'000'000, 0).why(), "the first reading of a counter");
  EXPECT_DOUBLE_EQ(*counter.power(21'000'000, kBetweenCounts), 200);
  EXPECT_DOUBLE_EQ(*counter.power(31'000'000, 3 * kBetweenCounts), 50) << "over a missed reading";
}

TEST(EnergyCounter, FollowsAWrap) {
  EnergyCounter counter(kRange);
  counter.power(kRange - 5'000'000, 0);
  EXPECT_NEAR(*counter.power(15'000'000, kBetweenCounts), 200, 1e-6);
}

TEST(EnergyCounter, GivesNoNumberForWhatCannotBe) {
  struct Lie {
    std::int64_t range, first, second, at;
    const char* why;
  };
  for (const Lie& lie :
       {Lie{kRange, 9'000'000'000, 8'000'000'000, kBetweenCounts, "the counter went back"},
        Lie{0, 9'000'000'000, 8'999'999'999, kBetweenCounts, "the counter went back"},
        Lie{kRange, 0, 1'001'000'000, kBetweenCounts, "the counter jumped: 10010 W"},
        Lie{0, 0, std::numeric_limits<std::int64_t>::max(), kBetweenCounts, "the counter jumped"},
        Lie{kRange, 5, 5, kBetweenCounts, "the counter does not move"},
        Lie{kRange, 5, kRange + 1, kBetweenCounts, "outside its range"},
        Lie{kRange, 5, -1, kBetweenCounts, "outside its range"}, Lie{kRange, 5, 9, 0, "no time has passed"},
        Lie{kRange, 5, 9, -kBetweenCounts, "no time has passed"},
        Lie{kRange, 5, 9, 300 * kBetweenCounts, "may have wrapped more than once"}}) {
    EnergyCounter counter(lie.range);
    counter.power(lie.first, 0);
    const auto power = counter.power(lie.second, lie.at);
    EXPECT_FALSE(power) << lie.why << ": " << power.value_or(0);
    EXPECT_NE(power.why().find(lie.why), std::string::npos) << power.why();
  }
}

TEST(EnergyCounter, BeginsAnewAfterOne) {
  EnergyCounter counter(kRange);
  counter.power(50'000'000'000, 0);
  EXPECT_FALSE(counter.power(1'000'000, kBetweenCounts)) << "it was reset";
  EXPECT_DOUBLE_EQ(*counter.power(2'000'000, 2 * kBetweenCounts), 10);
}

}  // namespace
}  // namespace rackproof
