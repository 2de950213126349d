#include "harness/launch/occupancy.hpp"

#include <algorithm>
#include <unordered_map>

namespace rackproof {

Occupancy::Occupancy(const Site& site)
    : slots_(site.virtual_on.empty() ? 0 : static_cast<std::size_t>(site.slots)),
      at_once_(static_cast<std::size_t>(site.launch.at_once)),
      busy_(site.nodes.size(), 0) {
  for (const auto& [label, most] : site.launch.at_once_per) {
    LabelLimit limit;
    limit.most = static_cast<std::size_t>(most);
    std::unordered_map<std::string, std::uint32_t> values;
    for (const SiteNode& node : site.nodes) {
      const auto found = node.labels->find(label);
      limit.value_of.push_back(
          found == node.labels->end()
              ? kNone
              : values.try_emplace(found->second, static_cast<std::uint32_t>(values.size())).first->second);
    }
    limit.under_load.resize(values.size());
    limits_.push_back(std::move(limit));
  }
}

bool Occupancy::is_full() const {
  return (slots_ > 0 && steps_ >= slots_) || (at_once_ > 0 && nodes_under_load_ >= at_once_) ||
         nodes_under_load_ >= busy_.size();
}

bool Occupancy::fits(const std::vector<std::uint32_t>& nodes) const {
  if (slots_ > 0 && steps_ >= slots_) return false;
  if (at_once_ > 0 && nodes_under_load_ + nodes.size() > at_once_) return false;
  if (std::ranges::any_of(nodes, [&](std::uint32_t node) { return busy_[node] != 0; })) return false;
  return std::ranges::all_of(limits_, [&](const LabelLimit& limit) {
    std::map<std::uint32_t, std::size_t> more;
    for (const std::uint32_t node : nodes) {
      const std::uint32_t value = limit.value_of[node];
      if (value != kNone && limit.under_load[value] + ++more[value] > limit.most) return false;
    }
    return true;
  });
}

void Occupancy::take(const std::vector<std::uint32_t>& nodes) {
  ++steps_;
  nodes_under_load_ += nodes.size();
  for (const std::uint32_t node : nodes) {
    busy_[node] = 1;
    for (LabelLimit& limit : limits_) {
      if (limit.value_of[node] != kNone) ++limit.under_load[limit.value_of[node]];
    }
  }
}

void Occupancy::give_back(const std::vector<std::uint32_t>& nodes) {
  --steps_;
  nodes_under_load_ -= nodes.size();
  for (const std::uint32_t node : nodes) {
    busy_[node] = 0;
    for (LabelLimit& limit : limits_) {
      if (limit.value_of[node] != kNone) --limit.under_load[limit.value_of[node]];
    }
  }
}

}  // namespace rackproof
