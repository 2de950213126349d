#include "kernels/cpu/meminfo.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>

namespace rackproof::cpu {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

/// The files of a control group that hold its limit and its use, and the page cache that it could drop.
struct GroupFiles {
  const char* limit;
  const char* usage;
  std::string_view cache;  ///< in memory.stat
};
constexpr GroupFiles kVersion1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};
constexpr GroupFiles kVersion2{"memory.max", "memory.current", "inactive_file"};

/// The number that the file begins with; nothing when it does not ("max", or no such file).
std::optional<std::uint64_t> number_in(const fs::path& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  return file >> number ? std::optional(number) : std::nullopt;
}

std::uint64_t statistic(const fs::path& path, std::string_view key) {
  std::ifstream file(path);
  std::string name;
  for (std::uint64_t value = 0; file >> name >> value;) {
    if (name == key) return value;
  }
  return 0;
}

std::uint64_t left_in_group(const fs::path& group, const GroupFiles& files) {
  const auto limit = number_in(group / files.limit);
  const auto usage = number_in(group / files.usage);
  if (!limit || !usage) return kUnlimited;
  const std::uint64_t used = *usage - std::min(*usage, statistic(group / "memory.stat", files.cache));
  return *limit - std::min(*limit, used);
}

/// Every group above limits too, up to the one that is mounted.
std::uint64_t left_in_groups(const fs::path& mount, const fs::path& path, const GroupFiles& files) {
  std::uint64_t left = left_in_group(mount, files);
  fs::path group = mount;
  for (const fs::path& part : path.relative_path()) {
    group /= part;
    left = std::min(left, left_in_group(group, files));
  }
  return left;
}

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::string_view first = list.substr(0, list.find(','));
    if (first == word) return true;
    list.remove_prefix(std::min(list.size(), first.size() + 1));
  }
  return false;
}

/// "4:memory:/path" of version 1, "0::/path" of version 2.
std::uint64_t left_by_groups(const fs::path& root) {
  std::uint64_t left = kUnlimited;
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string_view controllers = std::string_view(line).substr(first + 1, second - first - 1);
    const fs::path path = line.substr(second + 1);
    const fs::path mount = root / "sys/fs/cgroup";
    if (controllers.empty()) left = std::min(left, left_in_groups(mount, path, kVersion2));
    if (has_word(controllers, "memory"))
      left = std::min(left, left_in_groups(mount / "memory", path, kVersion1));
  }
  return left;
}

}  // namespace

std::uint64_t meminfo(const fs::path& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t at = line.find(key + ":");
    if (at == std::string::npos || (at != 0 && line[at - 1] != ' ')) continue;
    const std::size_t digits = line.find_first_of("0123456789", at + key.size());
    if (digits == std::string::npos) return 0;
    std::uint64_t kibibytes = 0;
    std::from_chars(line.data() + digits, line.data() + line.size(), kibibytes);
    return kibibytes * 1024;
  }
  return 0;
}

std::uint64_t available_memory(const fs::path& root) {
  return std::min(meminfo(root / "proc/meminfo", "MemAvailable"), left_by_groups(root));
}

}  // namespace rackproof::cpu
