// How many operations make a sample.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "harness/base/statistics.hpp"
#include "harness/measure/case_stopped.hpp"
#include "harness/measure/overhead_rule.hpp"
#include "harness/measure/sample_length.hpp"
#include "tests/harness/measure/counted_workload.hpp"
#include "tests/harness/measure/synthetic_workload.hpp"

namespace rackproof {
namespace {

using Clock = std::chrono::steady_clock;
using test::Changing;
using test::CountedWorkload;
using test::kNeverPrecise;
using test::run;
using test::settings;

TEST(SampleLength, ShortOperationsShareASample) {
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
  EXPECT_NEAR(sampled.overhead,
              sampled.loop_overhead_s * 1e9 / static_cast<double>(std::ranges::min(sampled.host_ns)), 1e-9);
}

TEST(SampleLength, TheOverheadOfTheOperationLengthensTheSample) {
  CountedWorkload workload;
  workload.overhead = 50e-6;
  const Sampled sampled = run(workload, settings(0.1, kNeverPrecise));
  EXPECT_NEAR(sampled.workload_overhead_s, 50e-6, 1e-9);
  for (const std::int64_t ns : sampled.host_ns) EXPECT_GE(ns, 7'500'000);
  EXPECT_LE(sampled.overhead, 0.0067);
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

TEST(SampleLength, AnIsolatedOperationThatCannotRepeatIsSampledAsItIs) {
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

TEST(SampleLength, TooMuchOverheadThatCannotBeLengthenedAwayFails) {
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

TEST(SampleLength, OverheadThatEveryOperationHasCannotBeLengthenedAway) {
  class Dispatched : public CountedWorkload {
   public:
    double overhead_s(std::int64_t count) override { return 0.05 * 1e-9 * static_cast<double>(ns * count); }
  };
  Dispatched workload;
  workload.ns = 100'000;
  const Outcome outcome = outcome_of(workload);
  EXPECT_EQ(outcome.status, Status::failed);
  EXPECT_NE(outcome.reason.find("at most 1 %"), std::string::npos) << outcome.reason;
  EXPECT_LE(workload.asked.size(), 3u);
}

TEST(SampleLength, AnOverheadThatIsNoNumberFails) {
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

TEST(SampleLength, AnOverheadOfABusyMachineIsMeasuredAgain) {
  class Busy : public CountedWorkload {
   public:
    double overhead_s(std::int64_t) override { return measured++ == 0 ? 100e-6 : 1e-6; }
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

TEST(SampleLength, AnEmptyOperationThatGotSlowerIsNoPartOfEachOperation) {
  // As seen on shared machines: many times the first figure from the second sample on, whatever its operations.
  for (const std::int64_t ns : {1'300'000, 20'000}) {
    Changing workload({14e-6, 66e-6});
    workload.ns = ns;
    const Sampled sampled = run(workload, settings(0.1, kNeverPrecise));
    EXPECT_GE(sampled.repeats, 150 * 66'000 / ns);
    EXPECT_LE(sampled.overhead, 0.0067);
  }
}

TEST(SampleLength, ABusyMomentMakesNoPartOfEachOperation) {
  // 20 µs at first; when samples of 180 operations are tried 5 ms thrice, beside 20 µs of one operation; 60 µs afterwards.
  Changing workload({20e-6, 5e-3, 20e-6, 5e-3, 20e-6, 60e-6});
  workload.ns = 20'000;
  const Sampled sampled = run(workload, settings(0.1, kNeverPrecise));
  EXPECT_GE(sampled.repeats, 150 * 60 / 20);
  EXPECT_LE(sampled.overhead, 0.0067);
}

TEST(SampleLength, ABusyMachineThatAsksForTooManyOperationsIsWaitedFor) {
  Changing workload({1e-3, 66e-6});
  workload.ns = 20'000;
  workload.most = 1000;
  EXPECT_LE(run(workload, settings(0.1, kNeverPrecise)).overhead, 0.0067);
}

TEST(SampleLength, AfterABusyMomentSamplesAreAsLongAsTheClockDemands) {
  Changing workload({1e-3, 1e-7});
  workload.ns = 2'000;
  workload.most = 1000;
  const Sampled sampled = run(workload, settings(0.1, kNeverPrecise));
  EXPECT_GT(sampled.repeats, 1);
  for (const std::int64_t ns : sampled.host_ns)
    EXPECT_GE(static_cast<double>(ns) * 1e-9, 1000 * sampled.resolution_s);
}

TEST(SampleLength, ABusyMachineIsWaitedForBeforeACaseIsRefused) {
  Changing workload({1e-3, 1e-3, 1e-3, 1e-3, 1e-6});
  workload.ns = 500'000;
  workload.most = 1;
  EXPECT_LE(run(workload, settings(0.02, kNeverPrecise)).overhead, 0.01);
}

TEST(SampleLength, LongOperationsAreNotRepeated) {
  CountedWorkload workload;
  workload.ns = 1'000'000;
  EXPECT_EQ(run(workload, settings(0.02, kNeverPrecise)).repeats, 1);
  EXPECT_TRUE(workload.asked.empty());
}

TEST(SampleLength, SamplesThatTurnOutTooShortAreTakenAgainOnce) {
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

TEST(SampleLength, SamplesThatAreTooShortAgainAreTakenAgain) {
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
    ASSERT_GE(static_cast<double>(ns) * 1e-9, 150 * sampled.loop_overhead_s);
}

TEST(SampleLength, AWorkloadOnWhichRepeatingHasNoEffectEnds) {
  class Idle : public CountedWorkload {
   public:
    void timed(std::int64_t) override {}
  };
  Idle workload;
  EXPECT_EQ(outcome_of(workload).status, Status::failed);
  EXPECT_LE(workload.asked.size(), 10u);
}

TEST(SampleLength, TheNeededLengthFollowsTheRule) {
  EXPECT_EQ(needed_sample_ns(30e-9, 0, 0), 30'000);
  EXPECT_EQ(needed_sample_ns(1e-9, 50e-9, 0), 7'500);
  EXPECT_EQ(needed_sample_ns(1e-9, 50e-9, 950e-9), 150'000);
}

}  // namespace
}  // namespace rackproof
