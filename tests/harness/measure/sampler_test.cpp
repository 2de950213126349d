#include "harness/measure/sampler.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <numeric>

#include "harness/base/statistics.hpp"
#include "harness/measure/case_stopped.hpp"
#include "harness/measure/overhead_rule.hpp"
#include "harness/measure/sample_length.hpp"

namespace rackproof {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kNeverPrecise = -1;  // 0 is reached when all times are alike to the nanosecond

/// Takes at least `ns` per iteration; its event clock shows a known sequence.
class SyntheticWorkload : public Workload {
 public:
  std::int64_t ns = 100'000;
  std::function<std::int64_t(std::int64_t)> event = [](std::int64_t) { return -1; };
  std::function<void(std::int64_t)> in_before, in_timed, in_after, in_verify;
  std::vector<std::int64_t> timed_iterations;
  std::vector<OutputCheck> extents;  ///< of every iteration
  std::int64_t verified = 0;

  void set_check(OutputCheck extent) override { extents.push_back(extent); }
  void before(std::int64_t iteration) override { call(in_before, iteration); }
  void timed(std::int64_t iteration) override {
    call(in_timed, iteration);
    timed_iterations.push_back(iteration);
    const auto until = Clock::now() + std::chrono::nanoseconds(ns);
    while (Clock::now() < until) {
    }
  }
  void after(std::int64_t iteration) override { call(in_after, iteration); }
  std::int64_t verify() override {
    call(in_verify, verified++);
    return 5;
  }
  std::int64_t event_ns() override { return event(timed_iterations.back()); }

 private:
  static void call(const std::function<void(std::int64_t)>& action, std::int64_t iteration) {
    if (action) action(iteration);
  }
};

SampleSettings settings(double sample_time_s, double precision) {
  SampleSettings settings;
  settings.sample_time_s = sample_time_s;
  settings.precision = precision;
  return settings;
}

Sampled run(Workload& workload, const SampleSettings& how, const BlockSink& sink = {}) {
  return sample("suite/host/thing", workload, how, Group(), sink);
}

void busy_wait(std::chrono::nanoseconds time) {
  const auto until = Clock::now() + time;
  while (Clock::now() < until) {
  }
}

TEST(Sampler, OfASustainedBlockOnlyTheLastSampleIsCheckedAsAWholeWhenChecksTakeLong) {
  for (const bool slow_checks : {true, false}) {
    for (const SampleWindow window : {SampleWindow::sustained, SampleWindow::precise, SampleWindow::burst}) {
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
      const bool all_whole = window != SampleWindow::sustained || !slow_checks;
      EXPECT_EQ(sampled.whole_checks, all_whole);
      std::size_t at = workload.extents.size() - static_cast<std::size_t>(sampled.iterations);
      for (std::size_t i = 0; i < at; ++i) EXPECT_EQ(workload.extents[i], OutputCheck::whole) << "warm-up";
      for (const std::size_t block : blocks) {
        for (std::size_t i = 0; i < block; ++i, ++at) {
          const bool whole = all_whole || i + 1 == block;
          ASSERT_EQ(workload.extents[at], whole ? OutputCheck::whole : OutputCheck::regions) << at;
        }
      }
      EXPECT_EQ(at, workload.extents.size());
    }
  }
}

TEST(Sampler, BusyIsTheShareInsideSamples) {
  SyntheticWorkload workload;
  workload.ns = 1'000'000;
  EXPECT_GT(run(workload, settings(0.05, kNeverPrecise)).busy, 0.6);
  workload.in_after = [](std::int64_t) { busy_wait(std::chrono::milliseconds(3)); };
  const double checking = run(workload, settings(0.05, kNeverPrecise)).busy;
  EXPECT_GT(checking, 0);
  EXPECT_LT(checking, 0.5);
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

/// A short operation that counts how often it is done; one timed() does as many as it was told to, up to a limit.
class CountedWorkload : public Workload {
 public:
  std::int64_t ns = 300;
  std::int64_t most = INT64_MAX;  ///< larger samples are declined
  double overhead = 0;
  std::int64_t repeats = 1;
  std::vector<std::int64_t> operations;  ///< of each timed()
  std::vector<std::int64_t> asked;

  void timed(std::int64_t) override {
    const auto until = Clock::now() + std::chrono::nanoseconds(ns * repeats);
    while (Clock::now() < until) {
    }
    operations.push_back(repeats);
  }
  std::int64_t verify() override { return 1; }
  bool repeat(std::int64_t wanted) override {
    asked.push_back(wanted);
    if (wanted > most) return false;
    repeats = wanted;
    return true;
  }
  double overhead_s() override { return overhead; }
};

TEST(Sampler, ShortOperationsShareASample) {
  CountedWorkload workload;
  std::vector<std::int64_t> handed_on;
  const Sampled sampled = run(workload, settings(0.05, kNeverPrecise), [&](const Samples& block) {
    handed_on.insert(handed_on.end(), block.host_ns.begin(), block.host_ns.end());
  });
  EXPECT_GT(sampled.repeats, 1);
  EXPECT_EQ(sampled.repeats, workload.repeats);
  EXPECT_EQ(handed_on, sampled.host_ns);  // those that do not count are not recorded
  // Every sample that counts is of the last size and as long as the rule demands.
  const auto counted = static_cast<std::ptrdiff_t>(sampled.host_ns.size());
  EXPECT_TRUE(std::all_of(workload.operations.end() - counted, workload.operations.end(),
                          [&](std::int64_t n) { return n == sampled.repeats; }));
  for (const std::int64_t ns : sampled.host_ns)
    EXPECT_GE(static_cast<double>(ns) * 1e-9, 1000 * sampled.resolution_s);
  EXPECT_GT(sampled.loop_overhead_s, 0);
  EXPECT_LE(sampled.overhead, 0.01);
  EXPECT_NEAR(sampled.overhead, sampled.loop_overhead_s / duration(sampled.host_ns).value, 1e-9);
}

TEST(Sampler, TheOverheadOfTheOperationLengthensTheSample) {
  CountedWorkload workload;
  workload.overhead = 50e-6;
  const Sampled sampled = run(workload, settings(0.1, kNeverPrecise));
  EXPECT_NEAR(sampled.workload_overhead_s, 50e-6, 1e-9);
  for (const std::int64_t ns : sampled.host_ns) EXPECT_GE(ns, 10'000'000);
  EXPECT_LE(sampled.overhead, 0.005);
}

/// How sampling ended.
Outcome outcome_of(Workload& workload) {
  try {
    run(workload, settings(0.02, kNeverPrecise));
    return {};
  } catch (const CaseStopped& stop) {
    return stop.outcome();
  }
}

TEST(Sampler, AnIsolatedOperationThatCannotRepeatIsSampledAsItIs) {
  class Isolated : public CountedWorkload {
   public:
    bool isolated() const override { return true; }
  };
  for (const std::int64_t most : {1, 7}) {
    Isolated workload;
    workload.most = most;
    const Sampled sampled = run(workload, settings(0.02, kNeverPrecise));
    EXPECT_EQ(sampled.repeats, 1);
    EXPECT_EQ(workload.repeats, 1);
    EXPECT_EQ(workload.asked.back(), 1);  // sent back to what was in force
    EXPECT_GT(sampled.overhead, 0.01);    // and says so
  }
}

TEST(Sampler, TooMuchOverheadThatCannotBeLengthenedAwayFails) {
  CountedWorkload workload;
  workload.ns = 700'000;
  workload.overhead = 0.05 * 700e-6;
  workload.most = 1;
  const Outcome outcome = outcome_of(workload);
  EXPECT_EQ(outcome.status, Status::failed);
  EXPECT_EQ(outcome.phase, Phase::check);
  EXPECT_NE(outcome.reason.find("% of a sample of 0.7"), std::string::npos) << outcome.reason;
  EXPECT_NE(outcome.reason.find("at most 1 %"), std::string::npos) << outcome.reason;

  workload.most = INT64_MAX;
  const Sampled sampled = run(workload, settings(0.02, kNeverPrecise));
  EXPECT_GE(sampled.repeats, 5);
  EXPECT_LE(sampled.overhead, 0.01);
}

TEST(Sampler, AnOverheadThatIsNoNumberFails) {
  for (const double overhead : {std::nan(""), double{INFINITY}, -1.0}) {
    CountedWorkload workload;
    workload.overhead = overhead;
    EXPECT_EQ(outcome_of(workload).status, Status::failed) << overhead;
  }
  EXPECT_FALSE(is_small_overhead(std::nan("")));
  EXPECT_TRUE(is_small_overhead(0.01));
  EXPECT_FALSE(is_small_overhead(0.010001));
  EXPECT_THROW(require_small_overhead(std::nan(""), 1), CaseStopped);
}

TEST(Sampler, AnOverheadOfABusyMachineIsMeasuredAgain) {
  class Busy : public CountedWorkload {
   public:
    double overhead_s() override { return measured++ == 0 ? 100e-6 : 1e-6; }
    int measured = 0;
  };
  Busy workload;
  workload.ns = 500'000;
  workload.most = 1;
  const Sampled sampled = run(workload, settings(0.02, kNeverPrecise));
  EXPECT_EQ(workload.measured, 2);
  EXPECT_NEAR(sampled.workload_overhead_s, 1e-6, 1e-9);
  EXPECT_LE(sampled.overhead, 0.01);
}

TEST(Sampler, LongOperationsAreNotRepeated) {
  CountedWorkload workload;
  workload.ns = 1'000'000;
  EXPECT_EQ(run(workload, settings(0.02, kNeverPrecise)).repeats, 1);
  EXPECT_TRUE(workload.asked.empty());
}

TEST(Sampler, SamplesThatTurnOutTooShortAreTakenAgainOnce) {
  // Warm-up is slow, as with pages that do not exist yet; the real operation is fast.
  class ColdStart : public CountedWorkload {
   public:
    void timed(std::int64_t iteration) override {
      ns = iteration < 20 ? 1'000'000 : 300;
      CountedWorkload::timed(iteration);
    }
  };
  ColdStart workload;
  std::vector<int> blocks;
  const Sampled sampled = run(workload, settings(0.05, kNeverPrecise),
                              [&](const Samples& block) { blocks.push_back(block.block); });
  EXPECT_GT(sampled.repeats, 1);
  EXPECT_EQ(sampled.repeats, workload.operations.back());
  for (const std::int64_t ns : sampled.host_ns) EXPECT_GE(ns, 300 * sampled.repeats);
  for (std::size_t i = 0; i < blocks.size(); ++i) EXPECT_EQ(blocks[i], static_cast<int>(i));
}

TEST(Sampler, SamplesThatAreTooShortAgainAreTakenAgain) {
  // A busy machine becomes quiet twice, each time after the warm-up.
  class Quieter : public CountedWorkload {
   public:
    void timed(std::int64_t iteration) override {
      if (repeats != last_) samples_ = 0;
      last_ = repeats;
      const bool later = ++samples_ > 100;
      ns = repeats == 1 ? (later ? 3'000 : 50'000) : (later || quiet_ ? 300 : 3'000);
      quiet_ = quiet_ || (later && repeats > 1);
      CountedWorkload::timed(iteration);
    }

   private:
    std::int64_t last_ = 0, samples_ = 0;
    bool quiet_ = false;
  };
  Quieter workload;
  const Sampled sampled = run(workload, settings(0.02, kNeverPrecise));
  for (const std::int64_t ns : sampled.host_ns)
    ASSERT_GE(static_cast<double>(ns) * 1e-9, 200 * sampled.loop_overhead_s);
}

TEST(Sampler, AWorkloadOnWhichRepeatingHasNoEffectEnds) {
  class Idle : public CountedWorkload {
   public:
    void timed(std::int64_t) override {}
  };
  Idle workload;
  EXPECT_EQ(outcome_of(workload).status, Status::failed);
  EXPECT_LE(workload.asked.size(), 10u);
}

TEST(Sampler, TheNeededLengthFollowsTheRule) {
  EXPECT_EQ(needed_sample_ns(30e-9, 0, 0), 30'000);
  EXPECT_EQ(needed_sample_ns(1e-9, 50e-9, 0), 10'000);
  EXPECT_EQ(needed_sample_ns(1e-9, 50e-9, 950e-9), 200'000);
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
