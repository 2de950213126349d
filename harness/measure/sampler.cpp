#include "harness/measure/sampler.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>

#include "harness/base/statistics.hpp"
#include "harness/measure/case_stopped.hpp"
#include "harness/measure/machine_state.hpp"

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

/// Times of one block on this rank, and how it ended.
struct Block {
  std::vector<std::int64_t> host_ns;
  std::vector<std::int64_t> event_ns;
  std::exception_ptr stopped;
  std::int64_t elements_checked = 0;
};

class Loop {
 public:
  Loop(const std::string& case_id, Workload& workload, const Group& group)
      : case_id_(case_id), workload_(workload), group_(group) {}

  /// One block of exactly `iterations`, run by Google Benchmark. Every rank takes part, whatever happens
  /// here.
  Block run(std::int64_t iterations, bool standalone) {
    Block block;
    const auto body = [&](benchmark::State& state) {
      for (auto _ : state) {
        state.SetIterationTime(iterate(block));
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

  /// One iteration outside Google Benchmark: warm-up and calibration. Returns ns.
  std::int64_t warm(Block& block) {
    iterate(block);
    return block.host_ns.empty() ? 1 : block.host_ns.back();
  }

  std::int64_t iterations() const { return iteration_; }

 private:
  template <class F>
  void guarded(Block& block, F&& action) {
    try {
      action();
    } catch (const CaseStopped&) {
      block.stopped = std::current_exception();
    }
  }

  /// Google Benchmark's loop cannot be left early. After an error a process alone does nothing for the rest
  /// of the block; a rank of a group goes on taking part, because the others wait for it, but keeps and
  /// checks nothing.
  double iterate(Block& block) {
    const std::int64_t iteration = iteration_++;
    const bool alone = group_.size() == 1;
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
      if (const std::int64_t event = workload_.event_ns(); event >= 0) block.event_ns.push_back(event);
      if (!block.event_ns.empty() && block.event_ns.size() != block.host_ns.size()) {
        throw CaseStopped(Status::wrong, Phase::check, "the event clock timed some iterations only");
      }
      workload_.after(iteration);
    });
    return static_cast<double>(elapsed) * 1e-9;
  }

  // Of an iteration after an error, s: long, so that Google Benchmark, where it decides itself, soon has
  // enough.
  static constexpr double kNothingDone = 1;

  std::string case_id_;
  Workload& workload_;
  const Group& group_;
  std::int64_t iteration_ = 0;
};

/// When one rank stopped, all do, with the reason of the first that has one.
void agree_on_errors(const std::exception_ptr& error_here, const Group& group) {
  std::int64_t stopped = error_here ? 1 : 0;
  group.maximum({&stopped, 1});
  if (stopped == 0) return;
  std::string mine;
  Outcome outcome{Status::failed, Phase::measure, {}};
  if (error_here) {
    try {
      std::rethrow_exception(error_here);
    } catch (const CaseStopped& error) {
      outcome = error.outcome();
      mine = fmt::format("{} {} {}", static_cast<int>(outcome.status), static_cast<int>(outcome.phase),
                         outcome.reason);
    }
  }
  if (group.size() == 1) throw AgreedStop(outcome.status, outcome.phase, outcome.reason);
  const auto texts = group.gather_texts(mine);
  // A wrong answer comes before any other trouble: it must not be taken for machinery and tried again.
  const std::string wrong = std::to_string(static_cast<int>(Status::wrong)) + " ";
  const bool any_wrong =
      std::ranges::any_of(texts, [&](const std::string& text) { return text.starts_with(wrong); });
  std::string first;
  for (std::size_t rank = 0; rank < texts.size() && first.empty(); ++rank) {
    if (texts[rank].empty() || (any_wrong && !texts[rank].starts_with(wrong))) continue;
    first = fmt::format("{}{}rank {}: {}", texts[rank][0], texts[rank][2], rank, texts[rank].substr(4));
  }
  first = group.text_from_root(first);
  throw AgreedStop(static_cast<Status>(first.at(0) - '0'), static_cast<Phase>(first.at(1) - '0'),
                   first.substr(2));
}

bool precise(const std::vector<std::int64_t>& ns, double precision) {
  const std::vector<double> values(ns.begin(), ns.end());
  const double centre = median(values);
  const Interval interval = median_interval(values);
  return (interval.hi - interval.lo) / 2 <= precision * centre;
}

void keep_last_half(std::vector<std::int64_t>& values) {
  values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
}

Value summary(const std::vector<std::int64_t>& ns, const std::function<double(double)>& convert) {
  std::vector<double> values;
  values.reserve(ns.size());
  for (const std::int64_t time : ns) values.push_back(convert(static_cast<double>(time) * 1e-9));
  const Interval interval = median_interval(values);
  return {median(values), interval.lo, interval.hi, static_cast<std::int64_t>(values.size())};
}

}  // namespace

Sampled sample(const std::string& case_id, Workload& workload, const SampleSettings& settings,
               const Group& group, const BlockSink& sink) {
  Loop loop(case_id, workload, group);
  Sampled sampled;
  sampled.resolution_s = host_clock_resolution();

  // Warm up for a tenth of the budget, at least three times; the slowest rank's fastest time calibrates the
  // block.
  Block warm;
  const auto warm_begin = Clock::now();
  std::int64_t fastest = INT64_MAX;
  for (std::int64_t again = 1; again != 0;) {
    fastest = std::min(fastest, loop.warm(warm));
    agree_on_errors(warm.stopped, group);
    const double spent = static_cast<double>(ns_between(warm_begin, Clock::now())) * 1e-9;
    again = group.from_root(loop.iterations() < 3 || spent < 0.1 * settings.sample_time_s ? 1 : 0);
  }
  group.maximum({&fastest, 1});
  const double block_s = settings.sample_time_s / 16;
  const auto iterations = std::clamp<std::int64_t>(
      static_cast<std::int64_t>(block_s * 1e9 / static_cast<double>(std::max<std::int64_t>(fastest, 1))), 1,
      100'000);

  const std::int64_t waited = runqueue_wait_ns();
  const auto begin = Clock::now();
  for (int number = 0; sampled.stop == Stop::none; ++number) {
    Block block = loop.run(iterations, settings.standalone);
    agree_on_errors(block.stopped, group);
    group.maximum(block.host_ns);
    if (!block.event_ns.empty()) group.maximum(block.event_ns);
    sampled.elements_checked += block.elements_checked;
    sampled.host_ns.insert(sampled.host_ns.end(), block.host_ns.begin(), block.host_ns.end());
    sampled.event_ns.insert(sampled.event_ns.end(), block.event_ns.begin(), block.event_ns.end());
    if (group.rank() == 0 && sink) sink({case_id, number, block.host_ns, block.event_ns});

    const double spent = static_cast<double>(ns_between(begin, Clock::now())) * 1e-9;
    const bool enough = static_cast<int>(sampled.host_ns.size()) >= settings.min_samples;
    Stop stop = Stop::none;
    if (settings.standalone || number + 1 >= settings.max_blocks) stop = Stop::count;
    if (enough && spent >= settings.sample_time_s) stop = Stop::time;
    if (enough && settings.window == SampleWindow::precise && precise(sampled.host_ns, settings.precision)) stop = Stop::precise;
    sampled.stop = static_cast<Stop>(group.from_root(static_cast<std::int64_t>(stop)));
  }
  const std::int64_t wall = ns_between(begin, Clock::now());
  sampled.runqueue_wait_s =
      waited >= 0 ? static_cast<double>(runqueue_wait_ns() - waited) * 1e-9 : std::nan("");
  sampled.runqueue_delay = sampled.runqueue_wait_s / (static_cast<double>(wall) * 1e-9);
  sampled.iterations = static_cast<std::int64_t>(sampled.host_ns.size());
  if (settings.window == SampleWindow::sustained) {
    keep_last_half(sampled.host_ns);
    keep_last_half(sampled.event_ns);
  }
  return sampled;
}

void together(const Group& group, const std::function<void()>& action) {
  std::exception_ptr stopped;
  try {
    action();
  } catch (const CaseStopped&) {
    stopped = std::current_exception();
  }
  agree_on_errors(stopped, group);
}

Value rate(const std::vector<std::int64_t>& ns, double amount) {
  return summary(ns, [amount](double seconds) { return amount / seconds; });
}

Value duration(const std::vector<std::int64_t>& ns, double parts) {
  return summary(ns, [parts](double seconds) { return seconds / parts; });
}

double host_clock_resolution() {
  std::int64_t smallest = INT64_MAX;
  auto last = Clock::now();
  // A coarse clock shows the same time for many readings.
  for (int i = 0; i < 1000 || (smallest == INT64_MAX && i < 100'000'000); ++i) {
    const auto now = Clock::now();
    if (const std::int64_t step = ns_between(last, now); step > 0) smallest = std::min(smallest, step);
    last = now;
  }
  return static_cast<double>(smallest) * 1e-9;
}

}  // namespace rackproof
