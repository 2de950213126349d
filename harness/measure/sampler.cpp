#include "harness/measure/sampler.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>

#include "harness/base/statistics.hpp"
#include "harness/measure/agreement.hpp"
#include "harness/measure/case_stopped.hpp"
#include "harness/measure/drift.hpp"
#include "harness/measure/machine_state.hpp"
#include "harness/measure/overhead_rule.hpp"
#include "harness/measure/sample_length.hpp"
#include "harness/measure/sample_loop.hpp"
#include "harness/measure/window_rule.hpp"

namespace rackproof {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostAgain = 3;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

Value summary(const std::vector<std::int64_t>& ns, double coverage,
              const std::function<double(double)>& convert) {
  std::vector<double> values;
  values.reserve(ns.size());
  for (const std::int64_t time : ns) values.push_back(convert(static_cast<double>(time) * 1e-9));
  const Interval interval = median_interval(values, coverage);
  return {median(values), interval.lo, interval.hi, static_cast<std::int64_t>(values.size())};
}

void keep_from(std::size_t first, std::vector<std::int64_t>& values) {
  values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(std::min(first, values.size())));
}

/// Warm-up and sampling, as often as the length of the samples demands it.
struct Sampling {
  const std::string& case_id;
  SampleLoop& loop;
  SampleLength& length;
  const SampleSettings& settings;
  const Group& group;
  std::vector<Samples>& blocks;  ///< of rank 0

  /// Until samples have their final length. Returns the shortest of that length, of the slowest rank, ns.
  std::int64_t warm_up() const {
    const WindowRule rule(settings);
    const auto begin = Clock::now();
    for (;;) {
      std::int64_t shortest = INT64_MAX;
      int taken = 0;
      for (std::int64_t again = 1; again != 0;) {
        shortest = std::min(shortest, loop.warm());
        again = group.from_root(
            ++taken < rule.warm_up_samples() || seconds_since(begin) < rule.warm_up_s() ? 1 : 0);
      }
      group.maximum({&shortest, 1});
      if (!length.lengthen(shortest)) return shortest;
    }
  }

  /// Blocks until the window is over. `shortest_ns` sets the iterations of a block; it becomes that of all samples.
  Sampled run(std::int64_t& shortest_ns) const {
    constexpr double kBlocks = 16;
    WindowRule rule(settings);
    const double block_ns = rule.budget_s() / kBlocks * 1e9;
    const auto iterations = std::clamp<std::int64_t>(
        static_cast<std::int64_t>(block_ns / static_cast<double>(shortest_ns)), 1, 100'000);
    Sampled sampled;
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
      shortest_ns = std::min(shortest_ns, std::ranges::min(block.host_ns));
      const Stop stop = rule.after_block(sampled.host_ns, number + 1, seconds_since(begin));
      sampled.stop = static_cast<Stop>(group.from_root(static_cast<std::int64_t>(stop)));
      if (group.rank() == 0 && settings.read_state) fold_extremes(sampled.extremes, settings.read_state());
      if (group.rank() == 0)
        blocks.push_back({case_id, number, std::move(block.host_ns), std::move(block.event_ns)});
    }
    const double wall_s = seconds_since(begin);
    sampled.coverage = rule.coverage();
    sampled.runqueue_wait_s =
        waited >= 0 ? static_cast<double>(runqueue_wait_ns() - waited) * 1e-9 : std::nan("");
    sampled.runqueue_delay = sampled.runqueue_wait_s / wall_s;
    sampled.iterations = static_cast<std::int64_t>(sampled.host_ns.size());
    keep_from(rule.first_counted(sampled.host_ns.size()), sampled.host_ns);
    keep_from(rule.first_counted(sampled.event_ns.size()), sampled.event_ns);
    if (settings.window == SampleWindow::sustained) sampled.drift = drift_of(sampled.host_ns).change;
    return sampled;
  }
};

}  // namespace

Sampled sample(const std::string& case_id, Workload& workload, const SampleSettings& settings,
               const Group& group, const BlockSink& sink) {
  SampleLoop loop(case_id, workload, group);
  SampleLength length(workload, group);
  std::vector<Samples> blocks;
  const auto hand_on = [&] {
    if (sink) std::ranges::for_each(blocks, sink);
  };
  const Sampling sampling{case_id, loop, length, settings, group, blocks};
  Sampled sampled;
  try {
    std::int64_t shortest_ns = sampling.warm_up();
    sampled = sampling.run(shortest_ns);
    // The shortest of many samples is the best calibration, but it comes late; on a machine that was busy, again.
    for (int again = 0; again < kMostAgain && length.lengthen(shortest_ns); ++again) {
      blocks.clear();
      shortest_ns = sampling.warm_up();
      sampled = sampling.run(shortest_ns);
    }
  } catch (const AgreedStop&) {
    hand_on();
    throw;
  }
  hand_on();
  sampled.resolution_s = length.resolution_s();
  sampled.repeats = length.repeats();
  const double median_s = duration(sampled.host_ns).value;
  sampled.overhead = length.overhead_s() / median_s;
  if (!workload.isolated() && !is_small_overhead(sampled.overhead)) {
    length.measure_overheads();
    sampled.overhead = length.overhead_s() / median_s;
    require_small_overhead(sampled.overhead, median_s);
  }
  sampled.loop_overhead_s = length.loop_overhead_s();
  sampled.workload_overhead_s = length.workload_overhead_s();
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

Value rate(const std::vector<std::int64_t>& ns, double amount, double coverage) {
  return summary(ns, coverage, [amount](double seconds) { return amount / seconds; });
}

Value duration(const std::vector<std::int64_t>& ns, double parts, double coverage) {
  return summary(ns, coverage, [parts](double seconds) { return seconds / parts; });
}

double host_clock_resolution() {
  std::int64_t smallest = INT64_MAX;
  auto last = Clock::now();
  // A coarse clock shows the same time for many readings.
  for (int i = 0; i < 1000 || (smallest == INT64_MAX && i < 100'000'000); ++i) {
    const auto now = Clock::now();
    if (const std::int64_t step = std::chrono::nanoseconds(now - last).count(); step > 0)
      smallest = std::min(smallest, step);
    last = now;
  }
  return static_cast<double>(smallest) * 1e-9;
}

}  // namespace rackproof
