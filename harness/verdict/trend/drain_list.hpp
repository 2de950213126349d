// Nodes that an operator may want to drain, one "hostlist reason" a line, as `scontrol update` takes them. Nothing is drained here.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/verdict/trend/trend.hpp"

namespace rackproof {

struct DrainList {
  std::vector<std::string> lines;
  std::size_t nodes = 0;
  std::size_t left_out = 0;  ///< nodes beyond the limit
};

/// Nodes of confirmed changes for the worse of nodes and devices that are not acknowledged, at most `limit`. Those of one cause share a
/// line; each node is on one. A node that never told its host name goes by its name in the site file.
DrainList drain_list(const Trend& trend, std::size_t limit);

}  // namespace rackproof
