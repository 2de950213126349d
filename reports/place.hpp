// Where a target stands, in the words of the site, and the line that measures there again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

struct Place {
  std::string rack;           ///< "rack2"; empty when the target spans racks
  std::string racks;          ///< "rack2", "rack1, rack2": never empty when the site names racks
  std::string part;           ///< within the rack: "node2", "node2/dev0", "node1 + node2", "all 4 nodes"
  std::string hosts;          ///< host names as answered; empty when none answered
  std::size_t all_nodes = 0;  ///< of a group: how many nodes "all" of `part` are; else 0
};

Place place_of(const Results& results, std::uint32_t target);

/// Racks of the site, in site order.
std::vector<std::string> rack_names(const Results& results);

/// True when the node answered at least once.
bool answered(const TargetRow& node);

/// How much of the site is virtual.
struct Virtuality {
  std::size_t nodes = 0;
  std::size_t virtual_nodes = 0;
  std::size_t machines = 0;  ///< distinct boot ids among the virtual nodes that answered
  std::string hosts;
  bool one_host() const { return nodes > 0 && virtual_nodes == nodes && machines <= 1; }
};
Virtuality virtuality_of(const Results& results);

/// One shell line that runs the case at the target without the harness. The backend of a device is its target
/// label "backend", else the only accelerator backend of the campaign, else the only backend; left out when
/// none of them is known.
std::string rerun_line(const Results& results, std::uint32_t target, std::string_view case_id);

}  // namespace rackproof
