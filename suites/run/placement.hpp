// Do the pages lie where the measurement says that they lie?
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "harness/measure/backend.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

/// Bytes. A smaller piece of memory lies on small pages.
inline constexpr std::uint64_t kHugePage = std::uint64_t{2} << 20;

/// Why memory of NUMA node `node` that was found like this must not be measured: fewer than 90 % of the pages are known
/// to lie there. Nothing when they do, or when the system does not tell.
std::optional<std::string> misplaced(const rp_placement& found, std::uint32_t node);

/// Reads back where the pages of a buffer lie. Keeps the lowest share of all calls in `state`: "numa_share" of the
/// sampled pages on the node of the buffer's device, "huge_page_share" of the bytes on huge pages; no key when unknown.
/// Throws CaseStopped (failed) when they are misplaced.
void note_placement(const Buffer& buffer, MachineState& state);

/// Whose memory device `runner` works on: its own, or when it is to be remote that of the next device. Throws CaseStopped
/// (unsupported) when there is no second NUMA node whose memory could be remote.
const Device& memory_owner(std::span<const Device> devices, std::size_t runner, bool remote);

}  // namespace rackproof
