// Labels of racks, from those of their nodes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reports/fleet_data.hpp"

namespace rackproof {

/// What all nodes of a rack that have the label agree on; a rack whose nodes differ has none. Entry i belongs to node i: its rack (a row,
/// or kNoRack) and its value (empty: none). Values are in the order of the racks. Nothing when no rack has one, or when there are
/// more values than a row can name.
std::optional<FleetLabel> fleet_label(std::string_view name, std::span<const std::uint32_t> rack,
                                      std::span<const std::string_view> value, std::size_t racks);

/// Whether a label of nodes says more of a rack than its name.
inline bool tells_of_racks(std::string_view label) { return label != "rack"; }

}  // namespace rackproof
