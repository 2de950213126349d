#include "suites/run/clock_rule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace rackproof {
namespace {

constexpr std::int64_t kMs = 1'000'000;

Sampled sampled(std::int64_t host_ns, std::int64_t event_ns) {
  Sampled times;
  times.host_ns.assign(9, host_ns);
  times.event_ns.assign(9, event_ns);
  times.resolution_s = 1e-9;
  return times;
}

bool is_wrong(const Sampled& times, double resolution_s) {
  try {
    clocks_disagree(times, resolution_s, 0);
    return false;
  } catch (const CaseStopped& stop) {
    EXPECT_EQ(stop.outcome().status, Status::wrong);
    EXPECT_NE(stop.outcome().reason.find("clocks disagree"), std::string::npos);
    return true;
  }
}

TEST(ClockRule, AgreesWithinTwoPercent) {
  EXPECT_FALSE(clocks_disagree(sampled(20 * kMs, 20 * kMs), 1e-6, 0));
  EXPECT_FALSE(clocks_disagree(sampled(20 * kMs, 20 * kMs - 300'000), 1e-6, 0));
}

TEST(ClockRule, FlagsAClockThatSaysLess) {
  EXPECT_TRUE(clocks_disagree(sampled(20 * kMs, 19 * kMs), 1e-6, 0));
  EXPECT_TRUE(clocks_disagree(sampled(20 * kMs, 2 * kMs), 1e-6, 0));
}

bool cannot_tell(const Sampled& times) {
  try {
    clocks_disagree(times, 1e-6, 0);
    return false;
  } catch (const CaseStopped& stop) {
    return stop.outcome().status == Status::skipped;
  }
}

TEST(ClockRule, TheEmptyOperationExplainsAGap) {
  EXPECT_FALSE(clocks_disagree(sampled(20 * kMs, 19 * kMs), 1e-6, 1e-3));
}

TEST(ClockRule, OnABusyHostItCannotBeTold) {
  Sampled waited = sampled(20 * kMs, 19 * kMs);
  waited.clock_wait_s = 1e-3;  // of the 9 ms that are missing in 180
  EXPECT_TRUE(clocks_disagree(waited, 1e-6, 0));
  waited.clock_wait_s = 0.1;
  EXPECT_TRUE(cannot_tell(waited));
  waited.event_ns[4] = 20 * kMs;  // one sample on time does not overrule the median
  EXPECT_TRUE(cannot_tell(waited));
}

TEST(ClockRule, TheMedianDecidesNotOneSample) {
  Sampled times = sampled(20 * kMs, 20 * kMs);
  times.event_ns[3] = kMs;
  EXPECT_FALSE(clocks_disagree(times, 1e-6, 0));
}

TEST(ClockRule, FromShortSamplesItCannotBeTold) { EXPECT_TRUE(cannot_tell(sampled(9 * kMs, kMs))); }

TEST(ClockRule, MoreThanTheHostSawIsWrong) {
  EXPECT_TRUE(is_wrong(sampled(20 * kMs, 20 * kMs + 10'000), 1e-6));
  EXPECT_FALSE(is_wrong(sampled(20 * kMs, 20 * kMs + 10'000), 20e-6));
  EXPECT_TRUE(is_wrong(sampled(kMs, 2 * kMs), 1e-6));  // of short samples too
  Sampled one = sampled(20 * kMs, 20 * kMs);
  one.event_ns[8] = 30 * kMs;
  EXPECT_TRUE(is_wrong(one, 1e-6));
}

TEST(ClockRule, TheBackendsOwnWordOnItsResolutionExcusesLittle) {
  EXPECT_TRUE(is_wrong(sampled(20 * kMs, 40 * kMs), 1.0));
  EXPECT_TRUE(is_wrong(sampled(20 * kMs, 40 * kMs), std::nan("")));
}

TEST(ClockRule, NaNDoesNotAgree) {
  EXPECT_TRUE(is_wrong(sampled(20 * kMs, 20 * kMs), std::nan("")));
  Sampled unknown = sampled(20 * kMs, 20 * kMs);
  unknown.clock_wait_s = std::nan("");
  EXPECT_FALSE(cannot_tell(unknown));
  unknown.event_ns.assign(9, kMs);
  EXPECT_TRUE(clocks_disagree(unknown, 1e-6, 0)) << "an unknown wait explains nothing";
}

TEST(ClockRule, AMissingHostTimeIsAnError) {
  Sampled times = sampled(20 * kMs, 20 * kMs);
  times.host_ns.pop_back();
  EXPECT_THROW(clocks_disagree(times, 1e-6, 0), std::exception);
}

TEST(FixedRepeats, AsManyAsTakeTheTimeAndNoMore) {
  std::vector<std::int64_t> tried;
  const auto each = [&](double second) {
    tried.clear();
    return [&tried, second](std::int64_t repeats) {
      tried.push_back(repeats);
      return second * static_cast<double>(repeats);
    };
  };
  EXPECT_EQ(fixed_repeats(0.04, 100, each(0.001)), 48);  // a fifth in reserve
  EXPECT_EQ(tried, (std::vector<std::int64_t>{1, 48}));
  EXPECT_EQ(fixed_repeats(0.04, 100, each(0.05)), 1);
  EXPECT_EQ(fixed_repeats(0.04, 30, each(0.001)), 30);
  EXPECT_EQ(tried, (std::vector<std::int64_t>{1, 30})) << "more cannot be had";
  EXPECT_EQ(fixed_repeats(0.04, 30, each(0)), 30);
}

}  // namespace
}  // namespace rackproof
