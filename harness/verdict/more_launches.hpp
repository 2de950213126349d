// Whether a number needs another launch: the scheduler's question, as a pure function.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/verdict/gate_error.hpp"
#include "harness/verdict/judge.hpp"

namespace rackproof {

/// What one launch contributed: its median with the interval from its iterations.
struct LaunchInterval {
  double value = 0;
  double lo = 0;
  double hi = 0;
};

/// What can be decided at a number of launches, whatever they measure.
struct Decidable {
  std::size_t launches = 0;
  bool pass = false;
  bool fail = false;
};

/// The same at one number of launches, and the looks (kLooks, up to `most` launches) at which a pass or a fail is possible for this bound and component. Not possible: a
/// pass where the widened interval is wider than the good range, a fail where the launches would have to miss a limit by more
/// than all of it. Empty: more launches than `most`, or another component, are needed.
Decidable decidable(const Bound& bound, double component, std::size_t launches);
std::vector<Decidable> decidable_looks(const Bound& bound, double component,
                                       std::size_t most = kLooks.back());

struct More {
  bool another = false;  ///< false: enough
  std::size_t at = 0;    ///< launches with which to look again; 0 when it is enough
  NumberVerdict verdict;
  std::string reason;
};

/// Looks at the launches made so far only when their number is one of `decidable_looks`; the total error over all looks stays
/// within kGateError. Enough: decided, no look is left, or no look that is left can decide it any more (a launch on the bad
/// side never passes again). Throws Error for an exact bound.
More more(std::span<const LaunchInterval> series, const Bound& bound, double component,
          std::size_t most = kLooks.back());

/// The verdict on launches as they are: value and interval as in a results file, without its rounding.
NumberVerdict judge_launches(std::span<const LaunchInterval> series, const Bound& bound, double component);

}  // namespace rackproof
