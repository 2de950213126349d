// Networks and ports as a site file names them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rackproof {

/// Whether text is a list, with commas between, of networks "10.77.0.0/16", "fd00::/8" and interfaces "eth1".
bool is_network_list(std::string_view text);

/// Jobs that run at the same time share them.
inline constexpr int kFewestPorts = 64;

/// First and last port of "46000-46999"; nothing when it is no range of at least 64 from 1 to 65535.
std::optional<std::pair<int, int>> parse_ports(std::string_view text);

}  // namespace rackproof
