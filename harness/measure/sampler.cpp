#include "harness/measure/sampler.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <exception>
#include <numeric>

#include "harness/base/seconds_since.hpp"
#include "harness/base/statistics.hpp"
#include "harness/measure/agreement.hpp"
#include "harness/measure/case_stopped.hpp"
#include "harness/measure/cpu_wait.hpp"
#include "harness/measure/drift.hpp"
#include "harness/measure/machine_state.hpp"
#include "harness/measure/overhead_rule.hpp"
#include "harness/measure/sample_length.hpp"
#include "harness/measure/sample_loop.hpp"
#include "harness/measure/window_rule.hpp"

namespace rackproof {

namespace {

using Clock = std::chrono::steady_clock;

// Share of a sustained window in which the device works: with less it would be cooler than under the load that it is
// bought for. As long as checks of everything leave that much, everything is checked.
constexpr double kBusyEnough = 0.8;
constexpr int kMostAgain = 6;

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

// Shares as whole numbers, for the collectives; what no rank knows stays unknown.
std::int64_t in_billionths(double share) { return std::isfinite(share) ? std::llround(share * 1e9) : -1; }
double from_billionths(std::int64_t share) {
  return share < 0 ? std::nan("") : static_cast<double>(share) * 1e-9;
}

/// What warm-up tells.
struct WarmUp {
  std::int64_t shortest_ns = INT64_MAX;  ///< of the samples of the final length, of the slowest rank
  double busy = 0;                       ///< share of their time that was not checking; as rank 0 saw it
};

/// Warm-up and sampling, as often as the length of the samples demands it.
struct Sampling {
  const std::string& case_id;
  SampleLoop& loop;
  SampleLength& length;
  const SampleSettings& settings;
  const Group& group;
  std::vector<Samples>& blocks;  ///< of rank 0

  /// Until samples have their final length.
  WarmUp warm_up() const {
    const WindowRule rule(settings);
    const auto begin = Clock::now();
    for (;;) {
      WarmUp warm;
      auto since = Clock::now();
      double inside_s = 0;
      int taken = 0;
      for (std::int64_t again = 1; again != 0;) {
        if (taken == 1) {  // the first one and its check touch memory and code for the first time
          since = Clock::now();
          inside_s = 0;
        }
        const std::int64_t ns = loop.warm();
        inside_s += static_cast<double>(ns) * 1e-9;
        warm.shortest_ns = std::min(warm.shortest_ns, ns);
        again = group.from_root(rule.is_warm(++taken, seconds_since(begin)) ? 0 : 1);
      }
      warm.busy = inside_s / seconds_since(since);
      group.maximum({&warm.shortest_ns, 1});
      if (!length.lengthen(warm.shortest_ns)) return warm;
    }
  }

  /// Blocks until the window is over. The shortest sample sets the iterations of a block; it becomes that of all.
  Sampled run(WarmUp& warm) const {
    WindowRule rule(settings);
    std::int64_t& shortest_ns = warm.shortest_ns;
    const bool sustained = settings.window == SampleWindow::sustained;
    const bool whole = group.from_root(!sustained || warm.busy >= kBusyEnough ? 1 : 0) != 0;
    const OutputCheck others = whole ? OutputCheck::whole : OutputCheck::regions;
    // One whole check a block must not interrupt the load of a sustained window for long.
    const double blocks_of_budget = sustained ? 4 : 16;
    const std::int64_t fewest = sustained ? 4 : 1;
    const double block_ns = rule.budget_s() / blocks_of_budget * 1e9;
    const auto iterations = std::clamp<std::int64_t>(
        static_cast<std::int64_t>(block_ns / static_cast<double>(shortest_ns)), fewest, 100'000);
    Sampled sampled;
    sampled.whole_checks = whole;
    const CpuTimes before = read_cpu_times();
    const auto begin = Clock::now();
    for (int number = 0; sampled.stop == Stop::none; ++number) {
      Block block = loop.run(iterations, settings.standalone, others);
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
    const auto inside_ns = std::accumulate(sampled.host_ns.begin(), sampled.host_ns.end(), std::int64_t{0});
    sampled.busy = static_cast<double>(inside_ns) * 1e-9 / wall_s;
    sampled.coverage = rule.coverage();
    note_cpu_wait(cpu_wait(before, read_cpu_times()), wall_s, sampled);
    sampled.iterations = static_cast<std::int64_t>(sampled.host_ns.size());
    keep_from(rule.first_counted(sampled.host_ns.size()), sampled.host_ns);
    keep_from(rule.first_counted(sampled.event_ns.size()), sampled.event_ns);
    if (settings.window == SampleWindow::sustained) sampled.drift = drift_of(sampled.host_ns).change;
    return sampled;
  }

 private:
  /// One rank that is kept from its CPU slows all of them.
  void note_cpu_wait(const CpuWait& wait, double wall_s, Sampled& sampled) const {
    sampled.clock_wait_s = wait.reader_s + (std::isnan(wait.most_steal_s) ? 0 : wait.most_steal_s);
    std::array shares{in_billionths(runqueue_delay(wait, wall_s)), in_billionths(steal_share(wait, wall_s))};
    group.maximum(shares);
    sampled.runqueue_delay = from_billionths(shares[0]);
    sampled.steal_share = from_billionths(shares[1]);
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
    WarmUp warm = sampling.warm_up();
    sampled = sampling.run(warm);
    // The shortest of many samples is the best calibration, but it comes late; on a machine that was busy, again.
    for (int again = 0; again < kMostAgain && length.lengthen_when_quiet(warm.shortest_ns); ++again) {
      blocks.clear();
      warm = sampling.warm_up();
      sampled = sampling.run(warm);
    }
  } catch (const AgreedStop&) {
    hand_on();
    throw;
  }
  hand_on();
  sampled.resolution_s = length.resolution_s();
  sampled.repeats = length.repeats();
  const double shortest_s = static_cast<double>(std::ranges::min(sampled.host_ns)) * 1e-9;
  if (!workload.isolated()) length.wait_for_small_overhead(shortest_s);
  sampled.overhead = length.overhead_s() / shortest_s;
  if (!workload.isolated()) require_small_overhead(sampled.overhead, shortest_s);
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
