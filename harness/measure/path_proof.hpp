// Did the messages of a case go over the interface for which they were meant?
#pragma once

#include <string>
#include <vector>

#include "harness/machine/system_root.hpp"

namespace rackproof {

enum class PathState {
  proved,
  unproved,  ///< the interface's counters do not tell; the case stands
  wrong      ///< less than the share: the case measured another path
};

struct PathVerdict {
  PathState state = PathState::unproved;
  std::string
      reason;  ///< one line: "path: 12 % of 1.2 GB went over eth1, at least 90 % must"; empty when proved
};

/// `moved`: bytes that this rank sent and received, at least. `over`: what its interface sent and received meanwhile.
/// Protocols add to that, and so may others; so it shows that messages went elsewhere, not that nothing else was there.
PathVerdict prove_path(double moved, const Reading<double>& over, const std::string& interface, double share);

/// Names of this machine's interfaces for a list of names and networks: "eth1", "10.78.0.0/16,fd00::/8". Unavailable when
/// no interface has an address in the networks.
Reading<std::vector<std::string>> interfaces_of(const std::string& list);

/// Bytes over these interfaces since they were made. Unavailable when one is not there.
Reading<double> bytes_over(const SystemRoot& system, const Reading<std::vector<std::string>>& interfaces);

}  // namespace rackproof
