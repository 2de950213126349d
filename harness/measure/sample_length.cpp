#include "harness/measure/sample_length.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

#include "harness/base/statistics.hpp"
#include "harness/measure/case_stopped.hpp"
#include "harness/measure/overhead_rule.hpp"

namespace rackproof {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr double kResolutions = 1000;
constexpr double kOverheads = 150;
constexpr double kReserve = 1.2;
constexpr int kMostLengthenings = 12;  // one or two are usual
constexpr double kMostRepeats = 1e9;   // far more than any operation needs: it does not repeat

class EmptyWorkload : public Workload {
 public:
  void timed(std::int64_t) override {}
  std::int64_t verify() override { return 0; }
};

/// The call must be made, as it is for a workload that the compiler does not see.
[[gnu::noinline]] double seconds_of_empty_samples(Workload& workload, int samples) {
  std::int64_t sum = 0;
  const auto begin = Clock::now();
  for (int i = 0; i < samples; ++i) {
    const auto sample_begin = Clock::now();
    workload.timed(i);
    sum += (Clock::now() - sample_begin).count();
  }
  const std::chrono::duration<double> all = Clock::now() - begin;
  return sum < 0 ? 0 : all.count();
}

double measure_loop_overhead() {
  constexpr int kSamples = 1000;
  EmptyWorkload nothing;
  std::vector<double> seconds;
  for (int i = 0; i < 11; ++i) seconds.push_back(seconds_of_empty_samples(nothing, kSamples) / kSamples);
  return median(seconds);
}

/// The largest of all ranks, to the picosecond.
double largest(double seconds, const Group& group) {
  std::int64_t ps = static_cast<std::int64_t>(std::ceil(seconds * 1e12));
  group.maximum({&ps, 1});
  return static_cast<double>(ps) * 1e-12;
}

}  // namespace

double loop_overhead_s() {
  static const double measured = measure_loop_overhead();
  return measured;
}

std::int64_t needed_sample_ns(double resolution_s, double loop_overhead_s, double workload_overhead_s) {
  const double seconds =
      std::max(kResolutions * resolution_s, kOverheads * (loop_overhead_s + workload_overhead_s));
  return static_cast<std::int64_t>(std::ceil(seconds * 1e9));
}

SampleLength::SampleLength(Workload& workload, const Group& group)
    : workload_(workload), group_(group), resolution_s_(largest(host_clock_resolution(), group)) {
  measure_overheads();
}

double SampleLength::measured_overhead_s(std::int64_t operations) const {
  double seconds = 0;
  together(group_, [&] {
    seconds = workload_.overhead_s(operations);
    if (seconds >= 0 && std::isfinite(seconds)) return;
    throw CaseStopped(Status::failed, Phase::measure,
                      fmt::format("the time of an empty operation is {} s", seconds));
  });
  return largest(seconds, group_);
}

void SampleLength::measure_overheads() {
  workload_overhead_s_ = std::min(workload_overhead_s_, measured_overhead_s(repeats_));
  const bool first = !std::isfinite(loop_overhead_s_);
  const double loop = first ? rackproof::loop_overhead_s() : measure_loop_overhead();
  loop_overhead_s_ = std::min(loop_overhead_s_, largest(loop, group_));
  needed_ns_ = needed_sample_ns(resolution_s_, loop_overhead_s_, workload_overhead_s_);
}

void SampleLength::wait_for_small_overhead(double sample_s) {
  const auto end = Clock::now() + 1s;
  for (Clock::duration pause = 0s; !is_small_overhead(overhead_s() / sample_s);
       pause = std::max<Clock::duration>(10ms, 2 * pause)) {
    const auto left = end - Clock::now();
    if (group_.from_root(left > 0s ? 0 : 1) != 0) return;
    std::this_thread::sleep_for(std::min(pause, left));
    measure_overheads();
  }
}

// Overhead that grows as fast as the sample is part of each operation: more of them would not help again.
bool SampleLength::overhead_is_of_each_operation() {
  constexpr double kAsFast = 0.5;
  // A few operations do not tell it from a machine that was busy for a moment.
  constexpr std::int64_t kEnoughToTell = 8;
  constexpr int kTries = 3;
  if (repeats_ < kEnoughToTell) return false;
  // Of one and of many at the same time, for the machine may be busier than it was before.
  double of_one_s = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kTries; ++i) {
    if (i > 0) measure_overheads();
    of_one_s = std::min(of_one_s, measured_overhead_s(1));
    if (workload_overhead_s_ <= kAsFast * static_cast<double>(repeats_) * of_one_s) return false;
  }
  return true;
}

bool SampleLength::lengthen(std::int64_t shortest_ns) {
  return may_repeat_ && shortest_ns < needed_ns_ && make_longer(shortest_ns);
}

bool SampleLength::lengthen_when_quiet(std::int64_t shortest_ns) {
  if (lengthen(shortest_ns)) return true;
  if (workload_.isolated() || shortest_ns >= needed_ns_) return false;
  // A busy machine may have asked for more than the workload can do.
  wait_for_small_overhead(1e-9 * static_cast<double>(shortest_ns));
  return lengthen(shortest_ns);
}

bool SampleLength::make_longer(std::int64_t shortest_ns) {
  const double one_ns =
      static_cast<double>(std::max<std::int64_t>(shortest_ns, 1)) / static_cast<double>(repeats_);
  const double wanted = std::ceil(kReserve * static_cast<double>(needed_ns_) / one_ns);
  if (wanted > kMostRepeats) return false;
  if (!ask(static_cast<std::int64_t>(wanted))) {
    // Some ranks may have agreed: all go back to what was in force.
    ask(repeats_);
    return false;
  }
  repeats_ = static_cast<std::int64_t>(wanted);
  workload_overhead_s_ = std::numeric_limits<double>::infinity();
  measure_overheads();
  may_repeat_ = ++lengthened_ < kMostLengthenings && !overhead_is_of_each_operation();
  return true;
}

bool SampleLength::ask(std::int64_t repeats) {
  std::int64_t refused = 0;
  together(group_, [&] { refused = workload_.repeat(repeats) ? 0 : 1; });
  group_.maximum({&refused, 1});
  return refused == 0;
}

}  // namespace rackproof
