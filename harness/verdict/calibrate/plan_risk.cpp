#include "harness/verdict/calibrate/plan_risk.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"
#include "harness/base/statistics.hpp"

namespace rackproof {

namespace {

/// P(x ≤ 0) of a normal x.
double below_zero(double mean, double sd) {
  if (sd > 0) return normal_cdf(-mean / sd);
  return mean <= 0 ? 1 : 0;
}

}  // namespace

PlanRisk plan_risk(const RiskModel& model, std::size_t launches, double slow) {
  if (!std::isfinite(model.margin) ||
      !(model.device_sd >= 0 && model.launch_sd >= 0 && model.component >= 0) ||
      !std::isfinite(model.device_sd + model.launch_sd + model.component))
    throw Error("a risk needs a margin and standard deviations that are numbers");
  if (launches == 0 || !(slow >= 0 && slow < 1)) throw Error("a risk needs launches, and a share below 1");
  const auto n = static_cast<double>(launches);
  const double half = normal_two_sided(0.95) * model.component / std::sqrt(n);
  PlanRisk risk;
  // The median of launches spreads as their mean does, of many launches up to π/2 times as much: whichever is worse.
  for (const double spread : {1.0, launches <= 2 ? 1.0 : std::numbers::pi / 2}) {
    const double sd =
        std::sqrt(model.device_sd * model.device_sd + spread * model.launch_sd * model.launch_sd / n);
    if (launches >= 2) risk.fails_usual = std::max(risk.fails_usual, below_zero(model.margin + half, sd));
    risk.passes_slow = std::max(risk.passes_slow, below_zero(half - model.margin - std::log1p(-slow), sd));
  }
  return risk;
}

}  // namespace rackproof
