// What counts towards blaming a target for its trouble: the harness that retries and the verdict that attributes agree.
#pragma once

#include "harness/record/outcome.hpp"

namespace rackproof {

/// Trouble that may be the target's: what goes wrong before a worker has answered is the launcher's or the network's.
inline bool is_reproduction(const Outcome& outcome) {
  return is_machinery(outcome.status) && outcome.phase != Phase::launch;
}

/// Whether a launch is one of those that were made, of which each has to end ok: a planned one always. One beyond the plan, for an open
/// verdict, only when it says something about the target, not when it was skipped, preempted or never came up.
inline bool counts_as_made(int launch, int planned, const Outcome& outcome) {
  return launch < planned || outcome.status == Status::ok || is_reproduction(outcome);
}

/// A device that went while a case was at it. What a fresh process meets before, when it loads the backend and tests the
/// device, it cannot tell from trouble of its own.
inline bool is_attributable_loss(const Outcome& outcome) {
  return outcome.device_lost && outcome.phase != Phase::launch && outcome.phase != Phase::load;
}

/// Losses in a row after which a device is left alone; evidence that needs no other device for comparison.
inline constexpr int kLossesInARow = 2;

/// Fresh launches that must have gone wrong on a target before it is blamed, and after which it is left alone.
inline constexpr int kReproductions = 3;

}  // namespace rackproof
