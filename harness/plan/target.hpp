// The concrete places of a site on which the cases of a run are promised.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/plan/site.hpp"

namespace rackproof {

/// One concrete place.
struct Target {
  std::string name;  ///< "rack1/node2", "rack1/node2/dev0", "rack1/node1+rack1/node2", "rack1", "site"
  Placement placement = Placement::node;
  std::string scope;                 ///< "node", "device", "pair", "group:rack"
  std::vector<std::uint32_t> nodes;  ///< indices into Site::nodes, in rank order
  int device = -1;                   ///< index into the node's devices, for device placement
  std::string model;  ///< of the device or node; for pairs and groups the common model, or "mixed"
};

/// The nodes with one value of a label.
struct NodeGroup {
  std::string name;                  ///< the rack's name, "site", or "<label>=<value>"
  std::vector<std::uint32_t> nodes;  ///< indices into Site::nodes, in site order
};

/// "rack1" of rack and rack1, "site", "pdu=a".
std::string group_name(const std::string& label, const std::string& value);

/// One group per value of the label, ordered by the first node of each. Nodes without the label are in no
/// group; nor are those of a group that a shard has only a part of.
std::vector<NodeGroup> groups_of(const Site& site, const std::string& label);

/// "rack" of "group:rack".
std::string group_label(std::string_view scope);

/// Walks the targets of one run in site order, one at a time.
class TargetWalk {
 public:
  /// `site` must outlive the walk. Throws Error when the run's scope is no placement.
  TargetWalk(const PlanRun& run, const Site& site);

  std::optional<Target> next();

 private:
  Target target_of(std::string name, std::vector<std::uint32_t> nodes) const;
  std::optional<Target> next_device();
  std::optional<Target> next_pair();

  const Site* site_;
  std::string scope_;
  Placement placement_;
  bool all_pairs_;
  std::vector<NodeGroup> groups_;  // for group placement
  std::size_t first_ = 0;          // node, first node of the pair, or group
  std::size_t second_ = 0;         // device, or offset of the second node of the pair less one
};

}  // namespace rackproof
