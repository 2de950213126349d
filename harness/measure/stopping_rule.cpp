#include "harness/measure/stopping_rule.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace rackproof {

namespace {

constexpr std::size_t kFirstLook = 7;
// [smallest, largest] misses the median with probability 2^(1-n).
static_assert(1.0 - 2.0 / (1 << kFirstLook) >= kLookCoverage &&
              1.0 - 2.0 / (1 << (kFirstLook - 1)) < kLookCoverage);

}  // namespace

StoppingRule::StoppingRule(double precision, std::size_t min_samples)
    : precision_(precision), next_look_(std::max(min_samples, kFirstLook)) {}

bool StoppingRule::stops(std::span<const std::int64_t> ns) {
  if (ns.size() < next_look_) return false;
  looked_ = true;
  next_look_ = static_cast<std::size_t>(std::ceil(kLookGrowth * static_cast<double>(ns.size())));
  const std::vector<double> values(ns.begin(), ns.end());
  const Interval interval = median_interval(values, kLookCoverage);
  return (interval.hi - interval.lo) / 2 <= precision_ * median(values);
}

}  // namespace rackproof
