#include "harness/machine/governor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>
#include <set>

namespace rackproof {

Reading<std::string> cpu_governor(const SystemRoot& system) {
  std::set<std::string> governors;
  for (const std::string& cpu : system.entries(kCpuFolder)) {
    if (!cpu.starts_with("cpu") || cpu.size() < 4 || std::isdigit(static_cast<unsigned char>(cpu[3])) == 0)
      continue;
    const std::string file = fmt::format("{}/{}/cpufreq/scaling_governor", kCpuFolder, cpu);
    if (!system.exists(file)) continue;  // a CPU that is off has none
    const auto governor = system.line(file);
    if (!governor) return governor;
    governors.insert(*governor);
  }
  if (governors.empty())
    return Reading<std::string>::unavailable("no CPU shows a governor (no cpufreq, or a virtual machine)");
  return fmt::format("{}", fmt::join(governors, ","));
}

}  // namespace rackproof
