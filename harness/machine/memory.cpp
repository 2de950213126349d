#include "harness/machine/memory.hpp"

#include <fmt/format.h>

#include <charconv>

#include "harness/machine/snapshot.hpp"

namespace rackproof {

namespace {

using Count = Reading<std::int64_t>;

constexpr std::int64_t kMostMemory = std::int64_t{1} << 52;

Count read_total(const SystemRoot& root) {
  constexpr std::string_view kFile = "/proc/meminfo";
  constexpr std::string_view kKey = "MemTotal:";
  const auto text = root.text(kFile);
  if (!text) return Count::unavailable(text.why());
  const auto at = text->starts_with(kKey) ? 0 : text->find("\n" + std::string(kKey));
  if (at == std::string::npos) return Count::unavailable("/proc/meminfo does not tell MemTotal");
  std::string_view rest = std::string_view(*text).substr(text->find(':', at) + 1);
  rest = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  std::int64_t kib = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), kib);
  const bool is_kib = std::string_view(end, rest.data() + rest.size()) == " kB";
  if (error != std::errc() || !is_kib || kib <= 0 || kib > kMostMemory / 1024)
    return Count::unavailable("/proc/meminfo holds no number as MemTotal");
  return kib * 1024;
}

}  // namespace

Reading<MemoryModules> read_memory_modules(const SystemRoot& root) {
  const auto table = root.bytes("/sys/firmware/dmi/tables/DMI");
  if (!table) return Reading<MemoryModules>::unavailable(table.why());
  return parse_memory_modules(*table);
}

Memory read_memory(const SystemRoot& root) {
  Reading<MemoryModules> modules = read_memory_modules(root);
  if (modules.why() == kNeedsRoot) {
    const Reading<Snapshot> snapshot = read_snapshot(root);
    if (snapshot && snapshot->modules) modules = *snapshot->modules;
    if (!snapshot && snapshot.why() != kNoSnapshot)
      modules = Reading<MemoryModules>::unavailable(fmt::format("{}; {}", kNeedsRoot, snapshot.why()));
  }
  return {read_total(root), std::move(modules)};
}

}  // namespace rackproof
