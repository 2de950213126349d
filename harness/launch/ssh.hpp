// ssh as launchers use it.
#pragma once

#include <string>

#include "harness/launch/process.hpp"
#include "harness/plan/launch_settings.hpp"

namespace rackproof {

/// Questions to a silent peer, at this interval in s, before it counts as gone: a cut link is noticed within a third
/// of the answer time, some 10 s by default.
inline constexpr int kUnansweredProbes = 2;
int probe_interval_s(const LaunchSettings& settings);

/// ssh with its options: the site's own come first, because ssh takes the first value of each. Never asks, never gives
/// a terminal, leaves the check of host keys as the user's ssh_config has it.
Command ssh_with_options(const LaunchSettings& settings);

/// Runs a command on a node: the shell that sshd starts there is replaced by it.
Command over_ssh(const LaunchSettings& settings, const std::string& address, const Command& command);

}  // namespace rackproof
