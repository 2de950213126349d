#include "harness/verdict/unused_limits.hpp"

#include <algorithm>

namespace rackproof {

std::vector<std::size_t> unused_limits(const Limits& limits, const std::vector<VerdictCell>& cells) {
  std::vector<bool> used(limits.limits.size(), false);
  for (const VerdictCell& cell : cells) {
    if (cell.limit >= 0) used.at(static_cast<std::size_t>(cell.limit)) = true;
  }
  std::vector<std::size_t> unused;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const Limit& limit = limits.limits[i];
    const bool nothing_promised = std::holds_alternative<AsPromised>(limit.bound) && limit.model.empty();
    if (!used[i] && !nothing_promised) unused.push_back(i);
  }
  return unused;
}

bool has_unused_gate(const Limits& limits, const std::vector<VerdictCell>& cells) {
  return std::ranges::any_of(unused_limits(limits, cells),
                             [&](std::size_t i) { return limits.limits[i].severity == Severity::gate; });
}

}  // namespace rackproof
