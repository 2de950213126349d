// Which services run, as systemd shows them without being asked: each has a cgroup.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/machine/system_root.hpp"

namespace rackproof {

/// Folders of the control groups of systemd's services, wherever this machine mounts them; none: no systemd, or a container
/// that hides it.
std::vector<std::string> system_slices(const SystemRoot& system);

/// Whether the unit ("munge" or "munge.service") has a cgroup below system.slice. Unavailable where there is no
/// system.slice: no systemd, or a container that hides it.
Reading<bool> is_service_running(const SystemRoot& system, const std::string& unit);

/// Whether a process of this name runs (/proc/<pid>/comm, of which the kernel keeps 15 bytes).
Reading<bool> is_process_running(const SystemRoot& system, std::string_view name);

}  // namespace rackproof
