// Something that only the campaign can see.
#pragma once

#include <string>
#include <vector>

namespace rackproof {

/// Kinds: "one machine twice", "cloned identity" (one machine id or MAC under the boot ids of two entries), "unplanned
/// boot" (an entry answers with another boot id than before), "unreachable" (a node), "left out" (a group and a node that
/// it was measured without, or was not measured for), "quarantined" (a device), "unusable until reboot" (a node on
/// which a process survives SIGKILL), "clock skew" (a node), "stopped" (the campaign).
struct Notice {
  std::string kind;
  std::vector<std::string> subjects;
  std::string evidence;
};

}  // namespace rackproof
