// Shards of a site: its racks divided between campaigns, whose results are merged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/plan/site.hpp"

namespace rackproof {

/// "I/N" with I from 0 to N−1. Throws Error, with what to write instead.
Shard parse_shard(std::string_view text);

/// The racks of one shard and their nodes, in site order: consecutive racks, about as many nodes in every shard, at least
/// one rack in each. Groups whose nodes are not all there are marked as split, and pairs of neighbours are those of the
/// whole site. The same for the whole site when the shard is that. Throws Error when there are fewer racks than shards.
Site site_of_shard(Site site, Shard shard);

/// What a plan asks for and a shard leaves out, because other shards have nodes of it, too.
struct LeftOut {
  std::string scope;               ///< "group:pdu", "pair"
  std::vector<std::string> names;  ///< of the groups, as targets have them; of pairs none
};

/// By scope, in the order of the plan; empty for a whole site.
std::vector<LeftOut> left_out_of(const Plan& plan, const Site& shard);

}  // namespace rackproof
