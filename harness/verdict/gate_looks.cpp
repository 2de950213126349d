#include "harness/verdict/gate_looks.hpp"

#include "harness/verdict/good_range.hpp"
#include "harness/verdict/resolved_limits.hpp"

namespace rackproof {

GateLooks::GateLooks(const Limits& limits, const RatedDevices& devices, const PlannedLaunches& planned)
    : devices_(devices), planned_(planned) {
  for (const Limit& limit : limits.limits) {
    if (limit.severity == Severity::gate && has_range(limit.bound) && limit.when.empty())
      limits_.emplace(Place{limit.metric, limit.scope, limit.model}, limit);
  }
}

bool GateLooks::concerns(const std::string& metric) const {
  const auto first = limits_.lower_bound(Place{metric, "", ""});
  return first != limits_.end() && std::get<0>(first->first) == metric;
}

/// A limit that names the model replaces the one for every model.
const Limit* GateLooks::find(const std::string& metric, const std::string& scope,
                             const std::string& model) const {
  for (const std::string& of : {model, std::string()}) {
    if (const auto found = limits_.find({metric, scope, of}); found != limits_.end()) return &found->second;
  }
  return nullptr;
}

Look GateLooks::at(const std::string& metric, const std::string& scope, const std::string& model,
                   std::span<const LaunchInterval> launches) const {
  const Limit* const found = find(metric, scope, model);
  if (found == nullptr) return {};
  Limit limit = *found;
  if (limit.relative && !resolve_rated(limit, model, devices_)) return {};
  if (launches.size() == planned_.launches) {
    const Verdict verdict = judge_launches(launches, limit.bound, planned_.component).verdict;
    if (verdict != Verdict::inconclusive) return {0, verdict == Verdict::fail};
  }
  const More next = more(launches, limit.bound, planned_.component, planned_.most);
  return {next.another ? next.at : 0, !next.another && next.verdict.verdict == Verdict::fail};
}

}  // namespace rackproof
