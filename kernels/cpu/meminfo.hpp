// How much memory there is, and how much of it this process can still get.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace rackproof::cpu {

/// "Key:   123 kB" in a meminfo file, in bytes; NUMA nodes write "Node 0 Key:". 0 when there is no such line.
std::uint64_t meminfo(const std::filesystem::path& path, const std::string& key);

/// What the host has left (MemAvailable), or what the control groups of the process leave to it when that is less, in
/// bytes; 0 when it cannot be read. Reads `root`/proc and /sys; control groups of either version.
std::uint64_t available_memory(const std::filesystem::path& root);

}  // namespace rackproof::cpu
