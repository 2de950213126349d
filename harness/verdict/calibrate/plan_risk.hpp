// What a limit and a number of launches cost both parties: the chance that a device as it should be fails, and that a slow one passes.
#pragma once

#include <cstddef>

namespace rackproof {

/// Normal model of logs, higher is better. Relative standard deviations; the plan's `component` is what the verdict widens by.
struct RiskModel {
  double margin = 0;     ///< log(middle of the devices / limit): how far the limit lies below what is usual
  double device_sd = 0;  ///< between devices
  double launch_sd = 0;  ///< between launches of one
  double component = 0;  ///< declared launch component
};

/// Bounds from above: what else a verdict asks for, such as a second bad launch, only makes it say "inconclusive" more often.
struct PlanRisk {
  double fails_usual = 0;  ///< producer's: a random device of the kind that was calibrated fails
  double passes_slow = 0;  ///< consumer's: a random one that was made slower passes
};

/// `slow`: by which share, 0.05: 5 %. The verdict is judge_number's: pass or fail when the median of the launches, widened by
/// 1.96 components / √launches, clears the limit, a fail with two bad launches at least. Throws Error for what is no number, negative
/// standard deviations, no launches, a share outside [0, 1).
PlanRisk plan_risk(const RiskModel& model, std::size_t launches, double slow);

}  // namespace rackproof
