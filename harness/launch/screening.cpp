#include "harness/launch/screening.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rackproof {

Screening::Screening(const Site& site, const History& history, IsBelow is_below)
    : site_(site), history_(history), is_below_(std::move(is_below)) {}

void Screening::see(const Target& target, const CaseEnd& end) {
  const std::uint32_t node = target.nodes.front();
  const Status status = end.outcome.status;
  if (status == Status::wrong) {
    std::string& wrong = troubles_[node].wrong;
    if (wrong.empty()) wrong = fmt::format("{} was wrong on {}", end.case_id, target.name);
  } else if (is_machinery(status) && history_.unstable(target.name, end.case_id)) {
    troubles_[node].unstable.emplace(Place{target.name, end.case_id}, target);
  }
  if (status != Status::ok || !is_below_) return;
  for (const auto& [quantity, value] : end.values) {
    const auto below = is_below_(target, end.case_id, quantity, value.value);
    if (!below) continue;
    const auto [at, is_new] = troubles_[node].below.try_emplace(
        fmt::format("{}#{}@{}", end.case_id, quantity, target.name), *below);
    if (!is_new) at->second = at->second && *below;
  }
}

std::string Screening::reason(std::uint32_t node) const {
  const auto found = troubles_.find(node);
  if (found == troubles_.end()) return "";
  const Trouble& trouble = found->second;
  if (!trouble.wrong.empty()) return trouble.wrong;
  for (const auto& [place, target] : trouble.unstable) {
    if (history_.unstable(place.first, place.second) && is_attributed(target, place.second)) {
      return fmt::format("{} does not end on {}, while it ends on others of its model", place.second,
                         place.first);
    }
  }
  for (const auto& [metric, below] : trouble.below) {
    if (below) return fmt::format("{} is below its exclude_below", metric);
  }
  return "";
}

bool Screening::any_other(const Target& target, const std::function<bool(const Target&)>& visit) const {
  if (!site_.virtual_on.empty() && !site_.attribute_virtual) return false;  // all are one machine
  const std::size_t count = site_.nodes.size();
  for (std::size_t step = 1; step < count; ++step) {
    const auto at = static_cast<std::uint32_t>((target.nodes.front() + step) % count);
    const SiteNode& node = site_.nodes[at];
    if (!node.absent.empty()) continue;
    Target other{node.name, Placement::node, "node", {at}, -1, node.model};
    if (target.placement == Placement::node) {
      if (node.model == target.model && visit(other)) return true;
      continue;
    }
    for (std::size_t device = 0; device < node.devices->size(); ++device) {
      if ((*node.devices)[device].model != target.model) continue;
      other = {node.name + "/" + (*node.devices)[device].name,
               Placement::device,
               "device",
               {at},
               static_cast<int>(device),
               target.model};
      if (visit(other)) return true;
    }
  }
  return false;
}

bool Screening::is_attributed(const Target& target, const std::string& case_id) const {
  return any_other(target,
                   [&](const Target& other) { return history_.ok_since(other.name, target.name, case_id); });
}

std::optional<Target> Screening::control(const Target& target, const std::string& case_id,
                                         const std::function<bool(std::uint32_t)>& usable) {
  if (!history_.unstable(target.name, case_id) || is_attributed(target, case_id)) return std::nullopt;
  auto& asked = controls_[{target.name, case_id}];
  if (asked.size() >= static_cast<std::size_t>(kMostControls)) return std::nullopt;
  std::optional<Target> found;
  any_other(target, [&](const Target& other) {
    if (asked.contains(other.name) || !usable(other.nodes.front()) || history_.given_up(other.name, case_id))
      return false;
    found = other;
    return true;
  });
  if (found) asked.insert(found->name);
  return found;
}

}  // namespace rackproof
