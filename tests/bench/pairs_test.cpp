// The rules of the comparisons can fail.
#include "tests/bench/pairs.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/base/error.hpp"
#include "tests/bench/comparisons.hpp"
#include "tests/bench/side_process.hpp"

namespace rackproof::bench {
namespace {

/// `n` pairs whose ratios spread evenly by ± `spread` around `ratio`.
std::vector<PairTimes> pairs_around(double ratio, double spread, std::size_t n = kFewestPairs) {
  std::vector<PairTimes> pairs;
  for (std::size_t i = 0; i < n; ++i) {
    const double at = n == 1 ? 0 : 2.0 * static_cast<double>(i) / static_cast<double>(n - 1) - 1;
    pairs.push_back({1.0, ratio + spread * at, i % 2 == 1});
  }
  return pairs;
}

TEST(Judge, AsFast) {
  EXPECT_TRUE(judge(pairs_around(1.0, 0.01), kAsFast).reached);
  EXPECT_FALSE(judge(pairs_around(0.98, 0.001), kAsFast).reached) << "the point is below";
  EXPECT_FALSE(judge(pairs_around(1.0, 0.2), kAsFast).reached) << "the interval reaches below";
  EXPECT_FALSE(judge(pairs_around(2.0, 0.01, kFewestPairs - 1), kAsFast).reached) << "too few pairs";
  EXPECT_FALSE(judge({}, kAsFast).reached);
}

TEST(Judge, StreamingGain) {
  EXPECT_TRUE(judge(pairs_around(1.25, 0.01), kStreamingGain).reached);
  EXPECT_FALSE(judge(pairs_around(1.15, 0.01), kStreamingGain).reached);
}

TEST(Judge, LatencyHasTwoSides) {
  EXPECT_TRUE(judge(pairs_around(1.0, 0.01), kWithinFivePercent).reached);
  EXPECT_FALSE(judge(pairs_around(0.9, 0.01), kWithinFivePercent).reached);
  EXPECT_FALSE(judge(pairs_around(1.1, 0.01), kWithinFivePercent).reached);
  EXPECT_FALSE(judge(pairs_around(1.0, 0.4), kWithinFivePercent).reached);
}

TEST(Judge, RatioThatIsNoFiniteNumberFails) {
  for (const PairTimes bad : {PairTimes{1, std::nan(""), false}, PairTimes{std::nan(""), 1, false},
                              PairTimes{0, 1, false}, PairTimes{0, 0, false}, PairTimes{1, 0, false}}) {
    auto pairs = pairs_around(1.0, 0.01);
    pairs[7] = bad;
    const Judged judged = judge(pairs, kAsFast);
    EXPECT_FALSE(judged.reached);
    EXPECT_TRUE(std::isnan(judged.ratio));
  }
}

TEST(Interleave, OrderAlternatesAndTheMedianCounts) {
  std::string order;
  std::FILE* const out = std::tmpfile();
  const auto pairs = interleave(
      [&] {
        order += 'r';
        return std::vector<std::int64_t>{1, 2'000'000'000, 9'000'000'000};
      },
      [&] {
        order += 'p';
        return std::vector<std::int64_t>{4'000'000'000};
      },
      3, 0, out);
  EXPECT_EQ(order, "rpprrp");
  EXPECT_DOUBLE_EQ(pairs.at(0).ratio(), 2.0);
  EXPECT_FALSE(pairs.at(0).peer_first);
  EXPECT_TRUE(pairs.at(1).peer_first);
  const auto nothing = [] { return std::vector<std::int64_t>{}; };
  EXPECT_THROW(interleave(nothing, nothing, 1, 0, out), Error);
  std::fclose(out);
}

SideProcess shell(const std::string& script) { return {"side", {"/bin/sh", "-c", script}, {}, "/dev/null"}; }

TEST(SideProcess, AnswersTimes) {
  auto side = shell("echo ready; read run n; echo times 7 8; read about; echo about me");
  EXPECT_EQ(side.run(2), (std::vector<std::int64_t>{7, 8}));
  EXPECT_EQ(side.about(), "me");
}

TEST(SideProcess, SaysWhatItCannotDo) {
  EXPECT_THROW(shell("echo unsupported no such thing"), NotMeasured);
  EXPECT_THROW(SideProcess("side", {"/no/such/program"}, {}, "/dev/null"), NotMeasured);
}

TEST(SideProcess, FailsWhenItFails) {
  EXPECT_THROW(shell("echo failed badly"), Error);
  EXPECT_THROW(shell("exit 4"), Error);
  auto short_answer = shell("echo ready; read run; echo times 7");
  EXPECT_THROW(short_answer.run(2), Error);
  auto wrong = shell("echo ready; read run; echo failed wrong element");
  EXPECT_THROW(wrong.run(2), Error);
}

TEST(SideProcess, EnvironmentIsClean) {
  ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
  SideProcess side("side",
                   {"/bin/sh", "-c", "echo ready; read a; echo about $OPENBLAS_NUM_THREADS,$OMP_NUM_THREADS"},
                   {{"OMP_NUM_THREADS", "2"}}, "/dev/null");
  EXPECT_EQ(side.about(), ",2");
  ::unsetenv("OPENBLAS_NUM_THREADS");
}

}  // namespace
}  // namespace rackproof::bench
