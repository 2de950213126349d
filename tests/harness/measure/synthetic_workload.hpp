// Workloads that take a known time, for the tests of the sampler.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "harness/measure/sampler.hpp"

namespace rackproof::test {

inline constexpr double kNeverPrecise = -1;  // 0 is reached when all times are alike to the nanosecond

inline void busy_wait(std::chrono::nanoseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until) {
  }
}

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
    busy_wait(std::chrono::nanoseconds(ns));
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

inline SampleSettings settings(double sample_time_s, double precision) {
  SampleSettings settings;
  settings.sample_time_s = settings.burst_s = sample_time_s;
  settings.precision = precision;
  return settings;
}

inline Sampled run(Workload& workload, const SampleSettings& how, const BlockSink& sink = {}) {
  return sample("suite/host/thing", workload, how, Group(), sink);
}

}  // namespace rackproof::test
