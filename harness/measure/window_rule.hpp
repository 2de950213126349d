// When the window of a measurement is over, and which of its samples count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/measure/sampler.hpp"
#include "harness/measure/stopping_rule.hpp"

namespace rackproof {

class WindowRule {
 public:
  explicit WindowRule(const SampleSettings& settings);

  /// Time for sampling, s: that of the settings, for burst its own. A sustained window that does not become steady
  /// may take three times as long, one with few samples twenty times.
  double budget_s() const { return budget_s_; }
  /// Whether so many samples, taken in this time with their checks, have warmed up: three and a tenth of the budget, or
  /// two fifths of the budget, in which long samples have done all that warm-up is for. Burst: one.
  bool is_warm(int samples, double spent_s) const;

  /// After each block, with all samples so far in the order in which they were taken, and the time spent on them.
  Stop after_block(std::span<const std::int64_t> ns, int blocks, double spent_s);

  /// The samples that count are those from this one on.
  std::size_t first_counted(std::size_t samples) const {
    return settings_.window == SampleWindow::sustained ? samples / 2 : 0;
  }
  /// Nominal, of the interval to report.
  double coverage() const { return precise_.coverage(); }

 private:
  Stop sustained(std::span<const std::int64_t> ns, double spent_s);

  SampleSettings settings_;
  double budget_s_;
  StoppingRule precise_;
  double next_test_s_;
};

}  // namespace rackproof
