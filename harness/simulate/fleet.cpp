#include "harness/simulate/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rackproof {

Range Fleet::devices_of_node(std::uint32_t node) const {
  return {node * size_.devices, (node + 1) * size_.devices};
}

Range Fleet::devices_of_rack(std::uint32_t rack) const {
  return {rack * size_.nodes * size_.devices, (rack + 1) * size_.nodes * size_.devices};
}

Range Fleet::devices_of_leaf(std::uint32_t leaf) const {
  const std::uint32_t end = std::min((leaf + 1) * kNodesPerLeaf, nodes());
  return {leaf * kNodesPerLeaf * size_.devices, end * size_.devices};
}

std::string Fleet::rack_name(std::uint32_t rack) { return fmt::format("R{:05}", rack + 1); }

std::string Fleet::node_name(std::uint32_t node) const {
  return fmt::format("{}/n{}", rack_name(rack_of(node)), node % size_.nodes + 1);
}

std::string Fleet::device_name(std::uint32_t device) const {
  return fmt::format("{}/dev{}", node_name(node_of(device)), device % size_.devices);
}

std::string Fleet::leaf_name(std::uint32_t leaf) { return fmt::format("leaf{:05}", leaf + 1); }

std::map<std::string, std::string> Fleet::labels(std::uint32_t node) const {
  const std::uint32_t rack = rack_of(node);
  return {{"hall", fmt::format("hall{:02}", rack / kRacksPerHall + 1)},
          {"row", fmt::format("row{:04}", rack / kRacksPerRow + 1)},
          {"pdu", fmt::format("pdu{:05}", rack / kRacksPerPdu + 1)},
          {"leaf", leaf_name(leaf_of(node))}};
}

std::string Fleet::node_serial(std::uint32_t node) { return fmt::format("SIM-N{:07}", node + 1); }

std::string Fleet::part_serial(std::uint32_t part) { return fmt::format("SIM-D{:08}", part + 1); }

}  // namespace rackproof
