#include "harness/measure/sampler.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <numeric>
#include <vector>

#include "harness/base/statistics.hpp"
#include "harness/measure/case_stopped.hpp"
#include "tests/harness/measure/synthetic_workload.hpp"

namespace rackproof {
namespace {

using Clock = std::chrono::steady_clock;
using test::busy_wait;
using test::kNeverPrecise;
using test::run;
using test::settings;
using test::SyntheticWorkload;

/// One run; which samples were checked as a whole must agree with what the sampler says of them, which is returned.
bool checks_all_as_a_whole(SampleWindow window, bool slow_checks) {
  SyntheticWorkload workload;
  workload.in_after = [&](std::int64_t) {
    if (slow_checks && workload.extents.back() == OutputCheck::whole)
      busy_wait(std::chrono::microseconds(500));
  };
  SampleSettings how = settings(0.05, kNeverPrecise);
  how.window = window;
  std::vector<std::size_t> blocks;
  const Sampled sampled =
      run(workload, how, [&](const Samples& samples) { blocks.push_back(samples.host_ns.size()); });
  std::size_t at = workload.extents.size() - static_cast<std::size_t>(sampled.iterations);
  for (std::size_t i = 0; i < at; ++i) EXPECT_EQ(workload.extents[i], OutputCheck::whole) << "warm-up";
  for (const std::size_t block : blocks) {
    for (std::size_t i = 0; i < block; ++i, ++at) {
      const bool whole = sampled.whole_checks || i + 1 == block;
      EXPECT_EQ(workload.extents.at(at) == OutputCheck::whole, whole) << at;
    }
  }
  EXPECT_EQ(at, workload.extents.size());
  return sampled.whole_checks;
}

TEST(Sampler, OfASustainedBlockOnlyTheLastSampleIsCheckedAsAWholeWhenChecksTakeLong) {
  for (const bool slow_checks : {true, false}) {
    EXPECT_TRUE(checks_all_as_a_whole(SampleWindow::precise, slow_checks));
    EXPECT_TRUE(checks_all_as_a_whole(SampleWindow::burst, slow_checks));
    // The share of the checks is measured: what else runs on this machine may disturb a warm-up, but not each of many.
    bool as_expected = false;
    for (int run = 0; run < 10 && !as_expected; ++run)
      as_expected = checks_all_as_a_whole(SampleWindow::sustained, slow_checks) != slow_checks;
    EXPECT_TRUE(as_expected);
  }
}

TEST(Sampler, BusyIsTheShareInsideSamples) {
  constexpr std::chrono::milliseconds kCheck{3};
  for (const bool checks : {false, true}) {
    SyntheticWorkload workload;
    workload.ns = 1'000'000;
    std::vector<Clock::time_point> begins;
    workload.in_timed = [&](std::int64_t) { begins.push_back(Clock::now()); };
    if (checks) workload.in_after = [&](std::int64_t) { busy_wait(kCheck); };
    const Sampled sampled = run(workload, settings(0.05, kNeverPrecise));
    const auto counted = static_cast<std::size_t>(sampled.iterations);
    const std::chrono::duration<double> since_warm_up = Clock::now() - begins.at(begins.size() - counted - 1);
    const auto ns = std::accumulate(sampled.host_ns.begin(), sampled.host_ns.end(), std::int64_t{0});
    const double inside_s = 1e-9 * static_cast<double>(ns);
    const double check_s =
        checks ? std::chrono::duration<double>(kCheck).count() * static_cast<double>(counted) : 0;
    EXPECT_GE(sampled.busy, inside_s / since_warm_up.count());
    EXPECT_LE(sampled.busy, inside_s / (inside_s + check_s));
  }
}

TEST(Sampler, KeepsEveryTimeAndHandsOnEveryBlock) {
  SyntheticWorkload workload;
  workload.event = [](std::int64_t iteration) { return 1000 + iteration; };
  std::vector<std::int64_t> host, event;
  int blocks = 0;
  const Sampled sampled = run(workload, settings(0.1, kNeverPrecise), [&](const Samples& block) {
    EXPECT_EQ(block.case_id, "suite/host/thing");
    EXPECT_EQ(block.block, blocks++);
    host.insert(host.end(), block.host_ns.begin(), block.host_ns.end());
    event.insert(event.end(), block.event_ns.begin(), block.event_ns.end());
  });
  EXPECT_EQ(sampled.host_ns, host);
  EXPECT_EQ(sampled.event_ns, event);
  EXPECT_EQ(sampled.iterations, static_cast<std::int64_t>(host.size()));
  EXPECT_EQ(sampled.elements_checked, 5 * blocks);
  EXPECT_EQ(workload.verified, blocks);
  for (const std::int64_t ns : host) EXPECT_GE(ns, workload.ns);
  // Warm-up is not counted, and nothing is timed twice or left out.
  ASSERT_EQ(event.size(), host.size());
  const auto warm = static_cast<std::int64_t>(workload.timed_iterations.size() - host.size());
  EXPECT_GE(warm, 3);
  for (std::size_t i = 0; i < event.size(); ++i)
    ASSERT_EQ(event[i], 1000 + warm + static_cast<std::int64_t>(i));
}

TEST(Sampler, RecoversAKnownDistribution) {
  // Three of four iterations take 1 µs on the device's clock, the others 9 µs.
  SyntheticWorkload workload;
  workload.ns = 20'000;
  workload.event = [](std::int64_t iteration) { return iteration % 4 == 0 ? 9'000 : 1'000; };
  const Sampled sampled = run(workload, settings(0.1, kNeverPrecise));
  ASSERT_GT(sampled.event_ns.size(), 100u);
  const auto slow = std::ranges::count(sampled.event_ns, 9'000);
  EXPECT_NEAR(static_cast<double>(slow) / static_cast<double>(sampled.event_ns.size()), 0.25, 0.01);
  const Value time = duration(sampled.event_ns);
  EXPECT_DOUBLE_EQ(time.value, 1e-6);
  EXPECT_EQ(time.n, static_cast<std::int64_t>(sampled.event_ns.size()));
  EXPECT_LE(time.lo, time.value);
  EXPECT_GE(time.hi, time.value);
}

TEST(Sampler, HostTimesFollowTheWork) {
  SyntheticWorkload workload;
  workload.in_timed = [&](std::int64_t iteration) { workload.ns = iteration % 2 == 0 ? 100'000 : 300'000; };
  const Sampled sampled = run(workload, settings(0.2, kNeverPrecise));
  const std::vector<double> ns(sampled.host_ns.begin(), sampled.host_ns.end());
  // Nothing is faster than its work; half of the iterations take 300 µs. A loaded machine only adds.
  EXPECT_GE(quantile(ns, 0), 100'000);
  EXPECT_GE(quantile(ns, 0.55), 300'000);
  EXPECT_LT(quantile(ns, 0.05), 300'000);
}

TEST(Sampler, StopsWhenPreciseOrOutOfTimeOrBlocks) {
  SyntheticWorkload workload;
  EXPECT_EQ(run(workload, settings(0.2, 0.9)).stop, Stop::precise);
  EXPECT_EQ(run(workload, settings(0.1, kNeverPrecise)).stop, Stop::time);
  SampleSettings few = settings(2, kNeverPrecise);
  few.max_blocks = 1;
  EXPECT_EQ(run(workload, few).stop, Stop::count);
}

TEST(Sampler, TakesEnoughSamplesForAnInterval) {
  SyntheticWorkload workload;
  workload.ns = 20'000'000;  // longer than the whole budget
  for (const double precision : {kNeverPrecise, 0.9}) {
    const Sampled sampled = run(workload, settings(0.01, precision));
    EXPECT_GE(sampled.host_ns.size(), 6u);
    EXPECT_LE(sampled.host_ns.size(), 8u);
  }
}

TEST(Sampler, SustainedUsesTheWholeTimeAndKeepsTheLastHalf) {
  SyntheticWorkload workload;
  workload.event = [](std::int64_t iteration) { return iteration; };
  SampleSettings how = settings(0.2, 0.9);
  how.window = SampleWindow::sustained;
  const auto begin = Clock::now();
  const Sampled sampled = run(workload, how);
  EXPECT_GE(std::chrono::duration<double>(Clock::now() - begin).count(), 0.2);
  EXPECT_TRUE(sampled.stop == Stop::time || sampled.stop == Stop::unsteady);  // a loaded machine changes
  EXPECT_TRUE(std::isfinite(sampled.drift));
  EXPECT_EQ(static_cast<std::int64_t>(sampled.host_ns.size()), sampled.iterations - sampled.iterations / 2);
  ASSERT_EQ(sampled.event_ns.size(), sampled.host_ns.size());
  EXPECT_EQ(sampled.event_ns.back(), workload.timed_iterations.back());
  EXPECT_EQ(sampled.event_ns.back() - sampled.event_ns.front() + 1,
            static_cast<std::int64_t>(sampled.event_ns.size()));
}

TEST(Sampler, TheMachineIsReadAfterEveryBlock) {
  SyntheticWorkload workload;
  SampleSettings how = settings(0.1, kNeverPrecise);
  int readings = 0;
  how.read_state = [&] {
    ++readings;
    // Throttled in the middle of the window only: readings around it would not show it.
    return MachineState{{"clock_hz", readings == 2 ? 1e9 : 2e9}, {"throttle", readings == 2 ? 4 : 0}};
  };
  int blocks = 0;
  const Sampled sampled = run(workload, how, [&](const Samples&) { ++blocks; });
  EXPECT_EQ(readings, blocks);
  EXPECT_EQ(sampled.extremes, (MachineState{{"clock_hz_min", 1e9}, {"throttle", 4}}));
}

TEST(Sampler, AnErrorAnywhereEndsItWithItsOutcome) {
  using Hook = std::function<void(std::int64_t)> SyntheticWorkload::*;
  for (const Hook hook : {Hook{&SyntheticWorkload::in_before}, Hook{&SyntheticWorkload::in_timed},
                          Hook{&SyntheticWorkload::in_after}, Hook{&SyntheticWorkload::in_verify}}) {
    for (const std::int64_t at : {0, 200}) {  // while warming up, and in a block
      SyntheticWorkload workload;
      const std::int64_t when = hook == &SyntheticWorkload::in_verify ? at / 100 : at;
      workload.*hook = [when](std::int64_t iteration) {
        if (iteration == when) throw CaseStopped(Status::wrong, Phase::check, "found out");
      };
      try {
        run(workload, settings(0.2, kNeverPrecise));
        ADD_FAILURE() << "went on";
      } catch (const AgreedStop& stop) {
        EXPECT_EQ(stop.outcome(), (Outcome{Status::wrong, Phase::check, "found out"}));
      }
      // Nothing is worked on after the error.
      if (hook != &SyntheticWorkload::in_verify && !workload.timed_iterations.empty()) {
        EXPECT_LE(workload.timed_iterations.back(), when);
      }
    }
  }
}

TEST(Sampler, OtherExceptionsAreNotSwallowed) {
  SyntheticWorkload workload;
  workload.in_timed = [](std::int64_t) { throw std::bad_alloc(); };
  EXPECT_THROW(run(workload, settings(0.05, kNeverPrecise)), std::bad_alloc);
}

TEST(Sampler, AnEventClockThatComesAndGoesIsWrong) {
  SyntheticWorkload workload;
  workload.event = [](std::int64_t iteration) { return iteration % 7 == 3 ? -5 : 1000; };
  try {
    run(workload, settings(0.05, kNeverPrecise));
    ADD_FAILURE() << "went on";
  } catch (const AgreedStop& stop) {
    EXPECT_EQ(stop.outcome().status, Status::wrong);
    EXPECT_NE(stop.outcome().reason.find("event clock"), std::string::npos);
  }
}

TEST(Sampler, RatesAndDurations) {
  const std::vector<std::int64_t> ns{1'000'000'000, 2'000'000'000, 4'000'000'000};
  const Value speed = rate(ns, 8);
  EXPECT_DOUBLE_EQ(speed.value, 4);
  EXPECT_DOUBLE_EQ(speed.lo, 2);
  EXPECT_DOUBLE_EQ(speed.hi, 8);
  EXPECT_EQ(speed.n, 3);
  const Value time = duration(ns, 4);
  EXPECT_DOUBLE_EQ(time.value, 0.5);
  EXPECT_DOUBLE_EQ(time.lo, 0.25);
  EXPECT_DOUBLE_EQ(time.hi, 1);
  EXPECT_THROW(rate({}, 1), Error);
}

TEST(Sampler, TogetherAloneKeepsTheOutcomeAndLetsOthersThrough) {
  EXPECT_NO_THROW(together(Group(), [] {}));
  try {
    together(Group(), [] { throw CaseStopped(Status::unsupported, Phase::prepare, "not here"); });
    ADD_FAILURE() << "went on";
  } catch (const AgreedStop& stop) {
    EXPECT_EQ(stop.outcome(), (Outcome{Status::unsupported, Phase::prepare, "not here"}));
  }
  EXPECT_THROW(together(Group(), [] { throw Error("broken"); }), Error);
}

TEST(Sampler, TheHostClockIsFineEnough) {
  EXPECT_GT(host_clock_resolution(), 0);
  EXPECT_LT(host_clock_resolution(), 1e-3);
}

}  // namespace
}  // namespace rackproof
