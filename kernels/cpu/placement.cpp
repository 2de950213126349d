#include "kernels/cpu/placement.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rackproof::cpu {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t kMostPages = 1024;

/// NUMA node of each page, or a negative error number. Empty: the system does not tell.
std::vector<int> nodes_of(std::span<const std::byte> region) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto first = reinterpret_cast<std::uintptr_t>(region.data()) / page;
  const auto last = (reinterpret_cast<std::uintptr_t>(region.data()) + region.size() - 1) / page;
  const std::uint64_t count = std::min<std::uint64_t>(kMostPages, last - first + 1);
  std::vector<void*> pages(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    // Evenly, with the first and the last page; no product of two large numbers.
    const std::uint64_t span = last - first, gaps = std::max<std::uint64_t>(1, count - 1);
    const std::uintptr_t at = first + span / gaps * i + span % gaps * i / gaps;
    pages[i] = reinterpret_cast<void*>(at * page);
  }
  std::vector<int> status(count, -1);
  // Without target nodes move_pages(2) moves nothing and reports. Not in the C library; libnuma is not needed for one
  // call.
  if (syscall(SYS_move_pages, 0, count, pages.data(), nullptr, status.data(), 0) != 0) return {};
  return status;
}

/// "AnonHugePages:   2048 kB" in bytes.
bool read_size(std::string_view line, std::string_view key, std::uint64_t& bytes) {
  if (!line.starts_with(key) || line.size() == key.size() || line[key.size()] != ':') return false;
  const std::size_t digits = line.find_first_of("0123456789");
  std::uint64_t kibibytes = 0;
  if (digits != std::string_view::npos)
    std::from_chars(line.data() + digits, line.data() + line.size(), kibibytes);
  bytes += kibibytes * 1024;
  return true;
}

}  // namespace

double huge_share(const std::filesystem::path& root, std::uintptr_t begin, std::uintptr_t end) {
  std::ifstream file(root / "proc/self/smaps");
  bool inside = false;
  std::uint64_t resident = 0, huge = 0;
  for (std::string line; std::getline(file, line);) {
    std::uintptr_t from = 0, to = 0;
    const char* const limit = line.data() + line.size();
    // "7f00-7f10 rw-p …" begins a mapping; the names of its lines have no '-' after hexadecimal digits.
    const auto [dash, error] = std::from_chars(line.data(), limit, from, 16);
    if (error == std::errc{} && dash != limit && *dash == '-' &&
        std::from_chars(dash + 1, limit, to, 16).ec == std::errc{}) {
      inside = from < end && begin < to;
    } else if (inside) {
      if (read_size(line, "Rss", resident)) continue;
      // Transparent huge pages, and those of hugetlbfs, which Rss leaves out.
      std::uint64_t reserved = 0;
      if (read_size(line, "Private_Hugetlb", reserved) || read_size(line, "Shared_Hugetlb", reserved)) {
        huge += reserved;
        resident += reserved;
      } else {
        read_size(line, "AnonHugePages", huge);
      }
    }
  }
  return resident == 0 ? kUnknown : static_cast<double>(huge) / static_cast<double>(resident);
}

Placement placement_of(const std::filesystem::path& root, std::span<const std::byte> region) {
  const auto begin = reinterpret_cast<std::uintptr_t>(region.data());
  Placement placement{0, kUnknown, huge_share(root, begin, begin + region.size())};
  std::map<int, std::uint64_t> pages;  // node → sampled pages
  const std::vector<int> nodes = nodes_of(region);
  for (const int node : nodes) {
    if (node >= 0) ++pages[node];
  }
  if (pages.empty()) return placement;
  const auto most = std::ranges::max_element(pages, {}, [](const auto& entry) { return entry.second; });
  placement.numa_node = static_cast<std::uint32_t>(most->first);
  placement.node_share = static_cast<double>(most->second) / static_cast<double>(nodes.size());
  return placement;
}

}  // namespace rackproof::cpu
