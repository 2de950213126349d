#include "suites/run/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/measure/case_stopped.hpp"

namespace rackproof {

namespace {

constexpr double kPlaced = 0.9;

/// Of the pages on `node`, at most; NaN when unknown.
double share_on(const rp_placement& found, std::uint32_t node) {
  return found.numa_node == node ? found.node_share : 1 - found.node_share;
}

void keep_lowest(MachineState& state, const char* key, double value) {
  if (!std::isfinite(value)) return;
  const auto [at, is_new] = state.try_emplace(key, value);
  if (!is_new) at->second = std::min(at->second, value);
}

}  // namespace

std::optional<std::string> misplaced(const rp_placement& found, std::uint32_t node) {
  if (!std::isfinite(found.node_share) || share_on(found, node) >= kPlaced) return std::nullopt;
  return fmt::format("{:.0f} % of the pages lie on NUMA node {}, the memory is that of node {}",
                     100 * found.node_share, found.numa_node, node);
}

void note_placement(const Buffer& buffer, MachineState& state) {
  const Device& device = buffer.device();
  const auto read = device.table().memory_placement;
  const std::uint32_t node = device.info().numa_node;
  rp_placement found{sizeof found, node, std::nan(""), std::nan("")};
  if (read == nullptr || read(device.get(), buffer.at(), buffer.bytes(), &found) != RP_OK) return;
  if (const auto reason = misplaced(found, node)) throw CaseStopped(Status::failed, Phase::prepare, *reason);
  keep_lowest(state, "numa_share", share_on(found, node));
  keep_lowest(state, "huge_page_share", found.huge_share);
}

const Device& memory_owner(std::span<const Device> devices, std::size_t runner, bool remote) {
  if (!remote) return devices[runner];
  if (devices.size() < 2)
    throw CaseStopped(Status::unsupported, Phase::prepare, "the host has one NUMA node: no memory is remote");
  return devices[(runner + 1) % devices.size()];
}

}  // namespace rackproof
