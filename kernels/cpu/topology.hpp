// What the host is made of, as Linux shows it: NUMA domains with their CPUs, cache and memory.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/cpu/cpuid_caches.hpp"

namespace rackproof::cpu {

/// One NUMA node with at least one CPU that this process may use: one device.
struct NumaDomain {
  std::uint32_t node = 0;
  std::vector<int> cpus;           ///< allowed ones, ascending
  std::uint64_t memory_bytes = 0;  ///< its share of the installed memory
  std::uint64_t cache_bytes = 0;   ///< all last-level caches that these CPUs reach, or more; 0: unknown
  std::array<std::uint64_t, 4>
      cache_level_bytes{};  ///< data caches of the first CPU, L1 first; 0: none or unknown
  std::array<std::uint64_t, 4>
      cache_level_total_bytes{};  ///< of all these CPUs; a cache that several share counts once
};

struct Host {
  std::string model;     ///< "AMD EPYC 9654 96-Core Processor"
  std::string identity;  ///< 16 hex digits, hash of the machine id (of the host name when there is none)
  std::vector<NumaDomain> domains;
};

/// CPUs that this thread may run on, ascending. Throws kernels::Failure.
std::vector<int> allowed_cpus();

/// Reads `root`/sys, /proc and /etc. A host without NUMA information is one domain with node 0. A domain whose CPUs show no cache
/// there has those of `cpuid`: the private ones of each CPU, and of the package's last level what they can reach.
Host read_host(const std::filesystem::path& root, const std::vector<int>& allowed,
               const CpuidCaches& cpuid = {});

/// "0-2,8" → {0, 1, 2, 8}; what is not a number is left out.
std::vector<int> parse_cpu_list(std::string_view text);

}  // namespace rackproof::cpu
