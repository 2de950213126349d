#include "harness/measure/window_rule.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include <vector>

#include "kernels/philox.h"

namespace rackproof {
namespace {

SampleSettings settings(SampleWindow window, double sample_time_s = 2) {
  SampleSettings settings;
  settings.window = window;
  settings.sample_time_s = sample_time_s;
  return settings;
}

/// Stop of a window whose samples take `time(i)` ns each, a block of ten every `block_s`; `blocks` are those it took.
template <class Time>
Stop run(WindowRule& rule, double block_s, const Time& time, int& blocks) {
  std::vector<std::int64_t> ns;
  Stop stop = Stop::none;
  for (blocks = 0; stop == Stop::none;) {
    for (int i = 0; i < 10; ++i) ns.push_back(time(static_cast<std::int64_t>(ns.size())));
    ++blocks;
    stop = rule.after_block(ns, blocks, block_s * blocks);
  }
  return stop;
}

std::int64_t noisy(std::int64_t i) {
  const auto bits = kernels::philox4x32(1, static_cast<std::uint64_t>(i))[0];
  return 1000 + static_cast<std::int64_t>(bits % 101);
}

TEST(WindowRule, BurstIsTheFirstSecondWithoutWarmUp) {
  WindowRule rule(settings(SampleWindow::burst));
  EXPECT_DOUBLE_EQ(rule.budget_s(), 1);
  EXPECT_FALSE(rule.is_warm(0, 0));
  EXPECT_TRUE(rule.is_warm(1, 0));
  EXPECT_DOUBLE_EQ(WindowRule(settings(SampleWindow::burst, 0.3)).budget_s(), 1) << "whatever the plan says";
  int blocks = 0;
  EXPECT_EQ(run(
                rule, 0.25, [](auto) { return 1000; }, blocks),
            Stop::time);
  EXPECT_EQ(blocks, 4);  // precise at once, but the second is measured whole
  EXPECT_EQ(rule.first_counted(40), 0u);
}

TEST(WindowRule, PreciseStopsEarlyOrWithTheBudget) {
  int blocks = 0;
  WindowRule early(settings(SampleWindow::precise));
  EXPECT_EQ(run(
                early, 0.25, [](auto) { return 1000; }, blocks),
            Stop::precise);
  EXPECT_EQ(blocks, 1);
  EXPECT_DOUBLE_EQ(early.coverage(), kLookCoverage);
  SampleSettings strict = settings(SampleWindow::precise);
  strict.precision = 1e-4;
  WindowRule late(strict);
  EXPECT_EQ(run(late, 0.25, noisy, blocks), Stop::time);
  EXPECT_EQ(blocks, 8);
  EXPECT_FALSE(late.is_warm(3, 0.19));
  EXPECT_TRUE(late.is_warm(3, 0.2));
  EXPECT_FALSE(late.is_warm(2, 0.79));
  EXPECT_TRUE(late.is_warm(1, 0.8)) << "long samples";
  EXPECT_FALSE(late.is_warm(0, 9));
  EXPECT_FALSE(late.is_warm(3, std::nan("")));
}

TEST(WindowRule, SustainedStopsAfterTheBudgetWhenSteady) {
  WindowRule rule(settings(SampleWindow::sustained));
  int blocks = 0;
  EXPECT_EQ(run(rule, 0.25, noisy, blocks), Stop::time);
  EXPECT_EQ(blocks, 8);
  EXPECT_EQ(rule.first_counted(80), 40u);
  EXPECT_DOUBLE_EQ(rule.coverage(), kNominalCoverage);  // nobody looked at the interval
}

TEST(WindowRule, SustainedGoesOnUntilSteady) {
  WindowRule rule(settings(SampleWindow::sustained));
  int blocks = 0;
  // Gets faster during the first budget.
  EXPECT_EQ(run(
                rule, 0.25,
                [](std::int64_t i) { return noisy(i) + std::max<std::int64_t>(0, 20 * (80 - i)); }, blocks),
            Stop::time);
  EXPECT_EQ(blocks, 16);
}

TEST(WindowRule, SustainedGivesUpAfterThreeBudgets) {
  WindowRule rule(settings(SampleWindow::sustained));
  int blocks = 0;
  EXPECT_EQ(run(
                rule, 0.25, [](std::int64_t i) { return noisy(i) + 20 * i; }, blocks),
            Stop::unsteady);
  EXPECT_EQ(blocks, 24);
}

TEST(WindowRule, FewSamplesAreNeverCalledSteady) {
  for (const std::size_t samples : {12u, 20u, 30u}) {
    WindowRule rule(settings(SampleWindow::sustained));
    const std::vector<std::int64_t> alike(samples, 1000);
    EXPECT_EQ(rule.after_block(alike, 1, 2), Stop::none) << samples << ": there is time for more";
    EXPECT_EQ(rule.after_block(alike, 2, 3), Stop::none) << samples;
    EXPECT_EQ(rule.after_block(alike, 3, 6), Stop::none) << samples << ": no trend was shown";
    EXPECT_EQ(rule.after_block(alike, 4, 40), Stop::unsteady) << samples << ": but for ever is too long";
  }
  WindowRule rule(settings(SampleWindow::sustained));
  EXPECT_EQ(rule.after_block(std::vector<std::int64_t>(30, 1000), 1, 2), Stop::none);
  EXPECT_EQ(rule.after_block(std::vector<std::int64_t>(40, 1000), 2, 3), Stop::time) << "they came in time";
}

TEST(WindowRule, EnoughSamplesCountAndBlocksAreLimited) {
  WindowRule rule(settings(SampleWindow::sustained));
  EXPECT_EQ(rule.after_block(std::vector<std::int64_t>(11, 1), 1, 100),
            Stop::none);  // five or six would count
  EXPECT_EQ(rule.after_block(std::vector<std::int64_t>(32, 1), 2, 2), Stop::time);
  EXPECT_EQ(WindowRule(settings(SampleWindow::burst)).after_block(std::vector<std::int64_t>(5, 1), 64, 0),
            Stop::count);
}

}  // namespace
}  // namespace rackproof
