#include "kernels/cpu/telemetry.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

namespace rackproof::cpu {
namespace {

/// "cpu MHz" of the given CPUs, in Hz.
std::vector<double> cpuinfo_clocks(const std::filesystem::path& root, const std::vector<int>& cpus) {
  std::vector<double> clocks;
  std::ifstream file(root / "proc/cpuinfo");
  int cpu = -1;
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    if (line.starts_with("processor")) cpu = std::atoi(line.c_str() + colon + 1);
    if (!line.starts_with("cpu MHz") || !std::binary_search(cpus.begin(), cpus.end(), cpu)) continue;
    const double megahertz = std::atof(line.c_str() + colon + 1);
    if (megahertz > 0) clocks.push_back(megahertz * 1e6);
  }
  return clocks;
}

}  // namespace

double clock_hz(const std::filesystem::path& root, const std::vector<int>& cpus) {
  std::vector<double> clocks;
  for (const int cpu : cpus) {
    std::ifstream file(root / "sys/devices/system/cpu" / ("cpu" + std::to_string(cpu)) /
                       "cpufreq/scaling_cur_freq");
    double kilohertz = 0;
    if (file >> kilohertz && kilohertz > 0) clocks.push_back(kilohertz * 1e3);
  }
  if (clocks.empty()) clocks = cpuinfo_clocks(root, cpus);
  if (clocks.empty()) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  for (const double clock : clocks) sum += clock;
  return sum / static_cast<double>(clocks.size());
}

}  // namespace rackproof::cpu
