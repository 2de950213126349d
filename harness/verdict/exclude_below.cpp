#include "harness/verdict/exclude_below.hpp"

#include <algorithm>

namespace rackproof {

ExcludeBelow::ExcludeBelow(const Limits& limits) {
  for (const Limit& limit : limits.limits) {
    if (!limit.exclude_below) continue;
    const auto [bound, is_new] =
        bounds_.try_emplace({limit.metric, limit.scope, limit.model}, *limit.exclude_below);
    if (!is_new) bound->second = std::max(bound->second, *limit.exclude_below);  // of a gate and a score
  }
}

std::optional<bool> ExcludeBelow::operator()(const std::string& metric, const std::string& scope,
                                             const std::string& model, double value) const {
  for (const std::string& of : {model, std::string()}) {
    const auto bound = bounds_.find({metric, scope, of});
    if (bound != bounds_.end()) return !(value >= bound->second);
  }
  return std::nullopt;
}

}  // namespace rackproof
