#include "harness/plan/shard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "harness/plan/target.hpp"

namespace rackproof {

namespace {

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// The first rack of each shard, and the number of racks: where the nodes before it come closest to its share.
std::vector<std::size_t> first_racks(const Site& site, std::size_t shards) {
  std::map<std::string_view, std::size_t> nodes_of;
  for (const SiteNode& node : site.nodes) ++nodes_of[node.rack];
  std::vector<double> before{0};  // nodes before each rack
  for (const SiteRack& rack : site.racks)
    before.push_back(before.back() + static_cast<double>(nodes_of[rack.name]));
  std::vector<std::size_t> firsts{0};
  for (std::size_t shard = 1; shard < shards; ++shard) {
    const double share = before.back() * static_cast<double>(shard) / static_cast<double>(shards);
    std::size_t first = firsts.back() + 1;
    const std::size_t last = site.racks.size() - (shards - shard);
    while (first < last && std::abs(before[first + 1] - share) < std::abs(before[first] - share)) ++first;
    firsts.push_back(first);
  }
  firsts.push_back(site.racks.size());
  return firsts;
}

}  // namespace

Shard parse_shard(std::string_view text) {
  const auto slash = text.find('/');
  const auto index = whole_number(text.substr(0, slash));
  const auto count = slash == std::string_view::npos ? std::nullopt : whole_number(text.substr(slash + 1));
  if (!index || !count || *index < 0 || *index >= *count) {
    throw Error(fmt::format("\"{}\" is no shard; write I/N with I from 0 to N-1, such as 0/4",
                            printable(std::string(text))));
  }
  return {*index, *count};
}

Site site_of_shard(Site site, Shard shard) {
  if (shard.is_whole()) return site;
  if (site.racks.size() < static_cast<std::size_t>(shard.count)) {
    throw Error(fmt::format("the site has {} rack{}, too few for {} shards", site.racks.size(),
                            site.racks.size() == 1 ? "" : "s", shard.count));
  }
  const auto firsts = first_racks(site, static_cast<std::size_t>(shard.count));
  const auto at = static_cast<std::size_t>(shard.index);
  const auto rack = [&](std::size_t i) { return site.racks.begin() + static_cast<std::ptrdiff_t>(i); };
  std::vector<SiteRack> racks(rack(firsts[at]), rack(firsts[at + 1]));
  std::set<std::string> names;
  for (const SiteRack& one : racks) names.insert(one.name);

  std::set<std::pair<std::string, std::string>> elsewhere;  // groups of nodes that are left out
  std::vector<SiteNode> nodes;
  bool is_gap = false;
  for (SiteNode& node : site.nodes) {
    if (names.contains(node.rack)) {
      node.follows_other_shard = is_gap && !nodes.empty();
      is_gap = false;
      nodes.push_back(std::move(node));
    } else {
      is_gap = true;
      elsewhere.insert(node.labels->begin(), node.labels->end());
    }
  }
  for (const SiteNode& node : nodes) {
    for (const auto& label : *node.labels) {
      if (elsewhere.contains(label)) site.split_groups.insert(label);
    }
  }
  site.racks = std::move(racks);
  site.nodes = std::move(nodes);
  site.shard = shard;
  site.name += fmt::format(", shard {}/{}", shard.index, shard.count);
  return site;
}

std::vector<LeftOut> left_out_of(const Plan& plan, const Site& shard) {
  std::vector<LeftOut> all;
  if (shard.shard.is_whole()) return all;
  for (const PlanRun& run : plan.runs) {
    if (std::ranges::find(all, run.scope, &LeftOut::scope) != all.end()) continue;
    LeftOut left_out{run.scope, {}};
    for (const auto& [label, value] : shard.split_groups) {
      if (run.scope == "group:" + label) left_out.names.push_back(group_name(label, value));
    }
    if (run.scope == "pair" || !left_out.names.empty()) all.push_back(std::move(left_out));
  }
  return all;
}

}  // namespace rackproof
