#include "kernels/cpu/topology.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>

#include "kernels/cpu/meminfo.hpp"
#include "kernels/edge.h"

namespace rackproof::cpu {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// "32768K", "32M" in bytes.
std::uint64_t cache_size(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return 0;
  const char unit = end == text.data() + text.size() ? ' ' : *end;
  return unit == 'K' ? value << 10 : unit == 'M' ? value << 20 : unit == 'G' ? value << 30 : value;
}

struct Cache {
  int level = 0;
  std::uint64_t bytes = 0;
  std::string sharers;  ///< list of CPUs
};

/// The caches of a CPU that hold data.
std::vector<Cache> data_caches(const fs::path& root, int cpu) {
  std::vector<Cache> caches;
  const fs::path folder = root / "sys/devices/system/cpu" / ("cpu" + std::to_string(cpu)) / "cache";
  for (int index = 0; fs::exists(folder / ("index" + std::to_string(index))); ++index) {
    const fs::path path = folder / ("index" + std::to_string(index));
    if (first_line(path / "type") == "Instruction") continue;
    const std::string level = first_line(path / "level");
    Cache cache{0, cache_size(first_line(path / "size")), first_line(path / "shared_cpu_list")};
    std::from_chars(level.data(), level.data() + level.size(), cache.level);
    caches.push_back(cache);
  }
  return caches;
}

/// Per level the sum over the distinct caches of the CPUs: a kernel that runs on all of them can use all, and CPUs that
/// share a cache, such as the threads of a core, do not have it twice.
std::array<std::uint64_t, 4> cache_totals(const fs::path& root, const std::vector<int>& cpus) {
  std::map<int, std::map<std::string, std::uint64_t>> levels;  // level → CPUs that share → bytes
  for (const int cpu : cpus) {
    for (const Cache& cache : data_caches(root, cpu)) levels[cache.level][cache.sharers] = cache.bytes;
  }
  std::array<std::uint64_t, 4> totals{};
  for (const auto& [level, caches] : levels) {
    if (level < 1 || level > 4) continue;
    for (const auto& [sharers, bytes] : caches) totals[static_cast<std::size_t>(level - 1)] += bytes;
  }
  return totals;
}

/// What one CPU sees.
std::array<std::uint64_t, 4> cache_levels(const fs::path& root, int cpu) {
  std::array<std::uint64_t, 4> levels{};
  for (const Cache& cache : data_caches(root, cpu)) {
    if (cache.level >= 1 && cache.level <= 4) levels[static_cast<std::size_t>(cache.level - 1)] = cache.bytes;
  }
  return levels;
}

void note_caches(NumaDomain& domain, const fs::path& root, const CpuidCaches& cpuid) {
  std::array<std::uint64_t, 4> totals = cache_totals(root, domain.cpus);
  domain.cache_level_bytes = cache_levels(root, domain.cpus.front());
  if (std::ranges::all_of(totals, [](std::uint64_t bytes) { return bytes == 0; })) {
    const std::uint64_t cpus = domain.cpus.size();
    totals = {cpus * cpuid.l1_data, cpus * cpuid.l2, std::min(cpuid.l3, cpus * cpuid.l3_reached), 0};
    domain.cache_level_bytes = {cpuid.l1_data, cpuid.l2, cpuid.l3_reached, 0};
  }
  domain.cache_level_total_bytes = totals;
  const auto last =
      std::find_if(totals.rbegin(), totals.rend(), [](std::uint64_t bytes) { return bytes != 0; });
  domain.cache_bytes = last == totals.rend() ? 0 : *last;
}

std::string cpu_model(const fs::path& root) {
  std::ifstream file(root / "proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  const std::string tree = first_line(root / "sys/firmware/devicetree/base/model");
  return tree.empty() ? "CPU" : tree.substr(0, tree.find('\0'));
}

/// The machine id itself is confidential (machine-id(5)): only a hash leaves this function.
std::string host_identity(const fs::path& root) {
  std::string text = first_line(root / "etc/machine-id");
  if (text.empty()) {
    char name[256] = "";
    gethostname(name, sizeof name - 1);
    text = name;
  }
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  char hex[17];
  std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(hash));
  return hex;
}

}  // namespace

std::vector<int> parse_cpu_list(std::string_view text) {
  std::vector<int> cpus;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    int first = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), first);
    if (error != std::errc{}) continue;
    int last = first;
    if (end != part.data() + part.size() && *end == '-')
      std::from_chars(end + 1, part.data() + part.size(), last);
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
  }
  return cpus;
}

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) {
    throw kernels::Failure(RP_FAILED, "the CPU mask of the process cannot be read (more than 1024 CPUs?)");
  }
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

Host read_host(const fs::path& root, const std::vector<int>& allowed, const CpuidCaches& cpuid) {
  Host host{cpu_model(root), host_identity(root), {}};
  const std::uint64_t installed = meminfo(root / "proc/meminfo", "MemTotal");
  const fs::path nodes = root / "sys/devices/system/node";

  // Hot-plugged memory is missing from the nodes' own totals, so those give only the proportion.
  double sum = 0;
  std::vector<double> parts;
  for (const int node : parse_cpu_list(first_line(nodes / "online"))) {
    const fs::path folder = nodes / ("node" + std::to_string(node));
    const auto part = static_cast<double>(meminfo(folder / "meminfo", "MemTotal"));
    sum += part;
    NumaDomain domain;
    domain.node = static_cast<std::uint32_t>(node);
    for (const int cpu : parse_cpu_list(first_line(folder / "cpulist"))) {
      if (std::binary_search(allowed.begin(), allowed.end(), cpu)) domain.cpus.push_back(cpu);
    }
    if (domain.cpus.empty()) continue;
    host.domains.push_back(domain);
    parts.push_back(part);
  }
  if (host.domains.empty()) {
    host.domains.push_back({0, allowed, 0, 0, {}});
    parts.push_back(0);
  }
  for (std::size_t i = 0; i < host.domains.size(); ++i) {
    const double share = sum > 0 ? parts[i] / sum : 1.0 / static_cast<double>(host.domains.size());
    host.domains[i].memory_bytes =
        share >= 1.0 ? installed : static_cast<std::uint64_t>(static_cast<double>(installed) * share);
    note_caches(host.domains[i], root, cpuid);
  }
  return host;
}

}  // namespace rackproof::cpu
