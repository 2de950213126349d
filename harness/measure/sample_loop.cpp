#include "harness/measure/sample_loop.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>

#include "harness/measure/agreement.hpp"
#include "harness/measure/case_stopped.hpp"

namespace rackproof {

namespace {

using Clock = std::chrono::steady_clock;

std::int64_t ns_between(Clock::time_point begin, Clock::time_point end) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(end - begin).count();
}

/// Google Benchmark's own output is not wanted inside a campaign: the recorder has every time.
class SilentReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

// Of an iteration after an error, s: long, so that Google Benchmark, where it decides itself, soon has enough.
constexpr double kNothingDone = 1;

}  // namespace

template <class F>
void SampleLoop::guarded(Block& block, F&& action) {
  try {
    action();
  } catch (const CaseStopped&) {
    block.stopped = std::current_exception();
  }
}

Block SampleLoop::run(std::int64_t iterations, bool standalone, OutputCheck others) {
  Block block;
  const auto body = [&](benchmark::State& state) {
    std::int64_t left = state.max_iterations;
    for (auto _ : state) {
      state.SetIterationTime(iterate(block, --left == 0 ? OutputCheck::whole : others));
    }
    if (!block.stopped) guarded(block, [&] { block.elements_checked += workload_.verify(); });
  };
  benchmark::ClearRegisteredBenchmarks();
  auto* registered = benchmark::RegisterBenchmark(case_id_.c_str(), body)->UseManualTime();
  if (standalone) {
    benchmark::RunSpecifiedBenchmarks();
  } else {
    registered->Iterations(iterations);
    SilentReporter silent;
    benchmark::RunSpecifiedBenchmarks(&silent);
  }
  return block;
}

std::int64_t SampleLoop::warm() {
  Block block;
  iterate(block, OutputCheck::whole);
  agree_on_errors(block.stopped, group_);
  return block.host_ns.front();
}

/// Google Benchmark's loop cannot be left early. After an error a process alone does nothing for the rest
/// of the block; a rank of a group goes on taking part, because the others wait for it, but keeps and
/// checks nothing.
double SampleLoop::iterate(Block& block, OutputCheck check) {
  const std::int64_t iteration = iteration_++;
  const bool alone = group_.size() == 1;
  workload_.set_check(check);
  if (!block.stopped) guarded(block, [&] { workload_.before(iteration); });
  if (block.stopped && alone) return kNothingDone;
  group_.barrier();
  std::int64_t elapsed = 1;
  const auto timed = [&] {
    const auto begin = Clock::now();
    workload_.timed(iteration);
    elapsed = std::max<std::int64_t>(ns_between(begin, Clock::now()), 1);
  };
  alone ? guarded(block, timed) : timed();
  if (block.stopped) return kNothingDone;
  guarded(block, [&] {
    block.host_ns.push_back(elapsed);
    const std::int64_t event = workload_.event_ns();
    if (has_event_clock_.value_or(event >= 0) != (event >= 0))
      throw CaseStopped(Status::wrong, Phase::check, "the event clock timed some iterations only");
    has_event_clock_ = event >= 0;
    if (event >= 0) block.event_ns.push_back(event);
    workload_.after(iteration);
  });
  return static_cast<double>(elapsed) * 1e-9;
}

}  // namespace rackproof
