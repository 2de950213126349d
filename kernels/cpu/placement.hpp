// Where the pages of a region lie, as the system says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace rackproof::cpu {

struct Placement {
  std::uint32_t numa_node = 0;  ///< of most sampled pages
  double node_share = 0;        ///< of the sampled pages on that node; NaN: not readable
  double huge_share = 0;        ///< of the bytes on huge pages; NaN: not readable
};

/// Samples at most 1024 pages of the region, evenly, with move_pages(2). The share of huge pages is that of the whole
/// mapping around the region, from `root`/proc/self/smaps. A page that was never touched lies nowhere.
Placement placement_of(const std::filesystem::path& root, std::span<const std::byte> region);

/// Bytes on huge pages over resident bytes of the mappings in `root`/proc/self/smaps that overlap [begin, end); NaN
/// when there is none or nothing of it is resident.
double huge_share(const std::filesystem::path& root, std::uintptr_t begin, std::uintptr_t end);

}  // namespace rackproof::cpu
