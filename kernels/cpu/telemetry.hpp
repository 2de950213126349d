// What the machine says about itself while a device works.
#pragma once

#include <filesystem>
#include <vector>

namespace rackproof::cpu {

/// Mean clock of the CPUs in Hz, from cpufreq, else from /proc/cpuinfo; NaN when neither can be read.
double clock_hz(const std::filesystem::path& root, const std::vector<int>& cpus);

}  // namespace rackproof::cpu
