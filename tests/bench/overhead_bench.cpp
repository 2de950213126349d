// bench-overhead: what an empty operation takes on the device, as a share of the shortest sample that the sampler
// reports for operations that are much shorter than that.
//
// Ends with 0: below 1 % for all; 1: not; 3: an error.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "harness/base/statistics.hpp"
#include "harness/measure/backend.hpp"
#include "harness/measure/sampler.hpp"
#include "kernels/philox.h"
#include "kernels/stream.h"
#include "tests/bench/placement.hpp"

namespace rackproof::bench {

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kTimes = 1001;
constexpr double kLargestShare = 0.01;

double seconds_of(const std::function<void()>& action) {
  const auto begin = Clock::now();
  action();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::vector<double> times_of(const std::function<void()>& action) {
  action();
  std::vector<double> times(kTimes);
  for (double& time : times) time = seconds_of(action);
  return times;
}

/// A triad that takes about as long as its launch, or less.
class ShortTriad : public Workload {
 public:
  ShortTriad(const Device& device, std::uint64_t count, double overhead_s)
      : count_(count),
        overhead_s_(overhead_s),
        a_(device, count * sizeof(double)),
        b_(device, count * sizeof(double)),
        c_(device, count * sizeof(double)),
        stream_(device),
        inputs_b_(count),
        inputs_c_(count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      inputs_b_[i] = kernels::uniform_1_2<double>(1, 1, i);
      inputs_c_[i] = kernels::uniform_1_2<double>(1, 2, i);
    }
    b_.write(std::span<const double>(inputs_b_));
    c_.write(std::span<const double>(inputs_c_));
  }

  void before(std::int64_t) override { a_.poison(); }
  void timed(std::int64_t iteration) override {
    for (std::int64_t i = 0; i < repeats_; ++i) stream_.enqueue(RP_OP_TRIAD, RP_F64, params(iteration));
    stream_.sync();
    last_ = iteration;
  }
  bool repeat(std::int64_t repeats) override {
    repeats_ = repeats;
    return true;
  }
  double overhead_s() override { return overhead_s_; }

  std::int64_t verify() override {
    std::vector<double> found(count_);
    a_.read(std::span(found));
    for (std::uint64_t i = 0; i < count_; ++i) {
      const double expected = kernels::stream_expected(RP_OP_TRIAD, 0.0, inputs_b_[i], inputs_c_[i],
                                                       kernels::stream_factor(last_));
      if (!kernels::stream_right(RP_OP_TRIAD, found[i], expected))
        throw CaseStopped(Status::wrong, Phase::check, fmt::format("element {} is wrong", i));
    }
    return static_cast<std::int64_t>(count_);
  }

 private:
  rp_stream_params params(std::int64_t iteration) const {
    return {a_.at(), b_.at(), c_.at(), count_, kernels::stream_factor(iteration), RP_STORES_REGULAR, 0};
  }
  std::uint64_t count_;
  double overhead_s_;
  Buffer a_, b_, c_;
  Stream stream_;
  std::vector<double> inputs_b_, inputs_c_;
  std::int64_t repeats_ = 1;
  std::int64_t last_ = 0;
};

/// Whether the share of the empty operation in the shortest of all samples is small enough.
bool sampled_share(const Device& device, std::uint64_t count, double empty_s, double loop_s) {
  ShortTriad workload(device, count, empty_s);
  const Sampled sampled = sample("bench/overhead", workload, SampleSettings{}, Group{}, {});
  const auto [shortest, longest] = std::ranges::minmax(sampled.host_ns);
  const std::vector<double> ns(sampled.host_ns.begin(), sampled.host_ns.end());
  const double share = (empty_s + loop_s) / (static_cast<double>(shortest) * 1e-9);
  const bool small = share < kLargestShare;
  fmt::print(
      "triad of {} elements: {} operations a sample, {} samples, shortest {} ns, median {:.0f} ns, longest "
      "{} "
      "ns: overhead is {:.4f} % of the shortest\n",
      count, sampled.repeats, sampled.host_ns.size(), shortest, median(ns), longest, 100 * share);
  fmt::print(
      "summary: | empty operation and loop / shortest sample of a triad of {} elements | {:.2f} µs | {:.2f} "
      "µs | "
      "{:.5f} | — | {} samples | < {:g}: {} | {} operations a sample |\n",
      count, (empty_s + loop_s) * 1e6, static_cast<double>(shortest) * 1e-3, share, sampled.host_ns.size(),
      kLargestShare, small ? "reached" : "not reached", sampled.repeats);
  return small;
}

int run(const std::string& library) {
  const std::vector<int> cpus = stay_on_one_node();
  const Backend backend(library, "");
  const Device device(backend, backend.devices().at(0).uuid);
  const Stream stream(device);
  const auto empty = times_of([&] {
    stream.enqueue_nothing();
    stream.sync();
  });
  const auto loop = times_of([] {});
  fmt::print("# overhead: an empty operation and the loop around it\n{}# CPUs {}\n", describe_machine(),
             list(cpus));
  fmt::print("clock: smallest step {:.0f} ns\n", host_clock_resolution() * 1e9);
  for (const auto& [name, times] :
       {std::pair("empty loop", &loop), std::pair("empty operation and sync", &empty)})
    fmt::print("{}: {} times, median {:.3f} µs, p99 {:.3f} µs\n", name, times->size(), median(*times) * 1e6,
               quantile(*times, 0.99) * 1e6);
  fmt::print("shortest sample that keeps the median below 1 %: {:.1f} µs\n",
             100 * (median(empty) + median(loop)) * 1e6);
  bool reached = true;
  for (const std::uint64_t count : {std::uint64_t{512}, std::uint64_t{1} << 15, std::uint64_t{1} << 20})
    reached = sampled_share(device, count, median(empty), median(loop)) && reached;
  return reached ? 0 : 1;
}

}  // namespace

}  // namespace rackproof::bench

int main(int argc, char** argv) {
  try {
    return rackproof::bench::run(argc > 1 ? argv[1] : RACKPROOF_CPU_LIBRARY);
  } catch (const std::exception& error) {
    fmt::print("summary: | empty operation | — | — | — | — | 0 | error | {} |\n", error.what());
    return 3;
  }
}
