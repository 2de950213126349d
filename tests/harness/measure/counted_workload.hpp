// Short operations, for the tests of how many of them make a sample.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "harness/measure/sampler.hpp"
#include "tests/harness/measure/synthetic_workload.hpp"

namespace rackproof::test {

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
    busy_wait(std::chrono::nanoseconds(ns * repeats));
    operations.push_back(repeats);
  }
  std::int64_t verify() override { return 1; }
  bool repeat(std::int64_t wanted) override {
    asked.push_back(wanted);
    if (wanted > most) return false;
    repeats = wanted;
    return true;
  }
  double overhead_s(std::int64_t) override { return overhead; }
};

/// Another overhead each time it is asked for; the last one for ever.
class Changing : public CountedWorkload {
 public:
  explicit Changing(std::vector<double> overheads) : overheads_(std::move(overheads)) {}
  double overhead_s(std::int64_t) override {
    return overheads_[std::min(asked_for_++, overheads_.size() - 1)];
  }

 private:
  std::vector<double> overheads_;
  std::size_t asked_for_ = 0;
};

}  // namespace rackproof::test
