#include "harness/plan/target.hpp"

#include <algorithm>
#include <unordered_map>

namespace rackproof {

namespace {

std::string common_model(const Site& site, const std::vector<std::uint32_t>& nodes) {
  const std::string& model = site.nodes[nodes.front()].model;
  const bool same =
      std::all_of(nodes.begin(), nodes.end(), [&](auto node) { return site.nodes[node].model == model; });
  return same ? model : "mixed";
}

}  // namespace

std::string group_label(std::string_view scope) { return std::string(scope.substr(scope.find(':') + 1)); }

std::string group_name(const std::string& label, const std::string& value) {
  return label == "rack" ? value : label == "site" ? label : label + "=" + value;
}

std::vector<NodeGroup> groups_of(const Site& site, const std::string& label) {
  std::vector<NodeGroup> groups;
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t node = 0; node < site.nodes.size(); ++node) {
    const auto found = site.nodes[node].labels->find(label);
    if (found == site.nodes[node].labels->end() || site.split_groups.contains(*found)) continue;
    const std::string& value = found->second;
    const auto [group, is_new] = index.try_emplace(value, groups.size());
    if (is_new) groups.push_back({group_name(label, value), {}});
    groups[group->second].nodes.push_back(static_cast<std::uint32_t>(node));
  }
  return groups;
}

TargetWalk::TargetWalk(const PlanRun& run, const Site& site)
    : site_(&site), scope_(run.scope), placement_(placement_of(run.scope)), all_pairs_(run.pairs == "all") {
  if (placement_ == Placement::group) groups_ = groups_of(site, group_label(scope_));
}

Target TargetWalk::target_of(std::string name, std::vector<std::uint32_t> nodes) const {
  std::string model = common_model(*site_, nodes);
  return {std::move(name), placement_, scope_, std::move(nodes), -1, std::move(model)};
}

std::optional<Target> TargetWalk::next_device() {
  while (first_ < site_->nodes.size() && second_ == site_->nodes[first_].devices->size()) {
    ++first_;
    second_ = 0;
  }
  if (first_ == site_->nodes.size()) return std::nullopt;
  const SiteNode& node = site_->nodes[first_];
  const SiteDevice& device = (*node.devices)[second_];
  Target target = target_of(node.name + "/" + device.name, {static_cast<std::uint32_t>(first_)});
  target.device = static_cast<int>(second_++);
  target.model = device.model;
  return target;
}

std::optional<Target> TargetWalk::next_pair() {
  while (!all_pairs_ && first_ + 1 < site_->nodes.size() && site_->nodes[first_ + 1].follows_other_shard)
    ++first_;
  const std::size_t partner = first_ + 1 + second_;
  if (partner >= site_->nodes.size()) return std::nullopt;
  Target target = target_of(site_->nodes[first_].name + "+" + site_->nodes[partner].name,
                            {static_cast<std::uint32_t>(first_), static_cast<std::uint32_t>(partner)});
  if (all_pairs_ && partner + 1 < site_->nodes.size()) {
    ++second_;
  } else {
    ++first_;
    second_ = 0;
  }
  return target;
}

std::optional<Target> TargetWalk::next() {
  switch (placement_) {
    case Placement::device:
      return next_device();
    case Placement::pair:
      return next_pair();
    case Placement::node: {
      if (first_ == site_->nodes.size()) return std::nullopt;
      const auto node = static_cast<std::uint32_t>(first_++);
      return target_of(site_->nodes[node].name, {node});
    }
    case Placement::group: {
      if (first_ == groups_.size()) return std::nullopt;
      const NodeGroup& group = groups_[first_++];
      return target_of(group.name, group.nodes);
    }
  }
  return std::nullopt;
}

}  // namespace rackproof
