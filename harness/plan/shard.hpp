// Shards of a site: its racks divided between campaigns, whose results are merged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/plan/site.hpp"

namespace rackproof {

/// "I/N" with I from 0 to N−1. Throws Error, with what to write instead.
Shard parse_shard(std::string_view text);

/// The racks of one shard and their nodes, in site order: consecutive racks, about as many nodes in every shard, at least
/// one rack in each. Groups whose nodes are not all there are marked as split, and pairs of neighbours are those of the
/// whole site. The same for the whole site when the shard is that. Throws Error when there are fewer racks than shards.
Site site_of_shard(Site site, Shard shard);

/// Names of the split groups, as targets have them.
std::vector<std::string> split_group_names(const Site& site);

}  // namespace rackproof
