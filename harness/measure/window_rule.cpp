#include "harness/measure/window_rule.hpp"

#include <algorithm>

#include "harness/measure/drift.hpp"

namespace rackproof {

namespace {

constexpr double kLongest = 3;         // budgets that a sustained window may take to become steady
constexpr double kLongestWait = 20;    // budgets that it may take to get enough samples
constexpr double kBetweenTests = 0.5;  // budgets between slope tests
// Samples that must count before a window may be called steady. Of windows whose time changes by 5 % against noise of 1 %,
// the slope test sees 99 % with 16 samples and 16 % with 6 (tests/harness/measure/drift_test.cpp).
constexpr std::size_t kFewestToTell = 16;

}  // namespace

WindowRule::WindowRule(const SampleSettings& settings)
    : settings_(settings),
      budget_s_(settings.window == SampleWindow::burst ? settings.burst_s : settings.sample_time_s),
      precise_(settings.precision, static_cast<std::size_t>(settings.min_samples)),
      next_test_s_(budget_s_) {}

bool WindowRule::is_warm(int samples, double spent_s) const {
  if (settings_.window == SampleWindow::burst) return samples >= 1;
  return (samples >= 3 && spent_s >= 0.1 * budget_s_) || (samples >= 1 && spent_s >= 0.4 * budget_s_);
}

Stop WindowRule::after_block(std::span<const std::int64_t> ns, int blocks, double spent_s) {
  const auto least = static_cast<std::size_t>(settings_.min_samples);
  Stop stop = Stop::none;
  switch (settings_.window) {
    case SampleWindow::precise:
      if (precise_.stops(ns)) return Stop::precise;
      [[fallthrough]];
    case SampleWindow::burst:
      if (ns.size() >= least && spent_s >= budget_s_) stop = Stop::time;
      break;
    case SampleWindow::sustained:
      // Half of them count.
      if (ns.size() >= 2 * least) stop = sustained(ns, spent_s);
      break;
  }
  if (stop != Stop::none) return stop;
  return settings_.standalone || blocks >= settings_.max_blocks ? Stop::count : Stop::none;
}

Stop WindowRule::sustained(std::span<const std::int64_t> ns, double spent_s) {
  if (!(spent_s >= next_test_s_)) return Stop::none;
  next_test_s_ = spent_s + kBetweenTests * budget_s_;
  const auto counted = ns.subspan(first_counted(ns.size()));
  if (counted.size() >= kFewestToTell && drift_of(counted).steady()) return Stop::time;
  // The next test would come too late. Few samples show no trend: there must be more.
  const double longest = counted.size() >= kFewestToTell ? kLongest : kLongestWait;
  return next_test_s_ > longest * budget_s_ ? Stop::unsteady : Stop::none;
}

}  // namespace rackproof
