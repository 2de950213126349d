#include "tests/bench/placement.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>

#include <filesystem>
#include <fstream>

#include "harness/base/error.hpp"

namespace rackproof::bench {

namespace {

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) ? line : "not readable";
}

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

/// "node0" of a CPU; "" where the system has no nodes.
std::string node_of(int cpu) {
  const std::filesystem::path folder = fmt::format("/sys/devices/system/cpu/cpu{}", cpu);
  if (!std::filesystem::exists(folder)) return {};
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("node")) return name;
  }
  return {};
}

}  // namespace

std::vector<int> stay_on_one_node() {
  cpu_set_t allowed, chosen;
  CPU_ZERO(&chosen);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) throw Error("the CPU mask cannot be read");
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || (!cpus.empty() && node_of(cpu) != node_of(cpus.front()))) continue;
    cpus.push_back(cpu);
    CPU_SET(static_cast<std::size_t>(cpu), &chosen);
  }
  if (::sched_setaffinity(0, sizeof chosen, &chosen) != 0) throw Error("the CPU mask cannot be set");
  return cpus;
}

std::map<std::string, std::string> openmp_pinned(const std::vector<int>& cpus) {
  std::string places;
  for (const int cpu : cpus) places += fmt::format("{}{{{}}}", places.empty() ? "" : ",", cpu);
  return {{"OMP_NUM_THREADS", std::to_string(cpus.size())},
          {"OMP_DYNAMIC", "false"},
          {"OMP_PROC_BIND", "true"},
          {"OMP_PLACES", places}};
}

std::string list(const std::vector<int>& cpus) {
  std::string text;
  for (const int cpu : cpus) text += fmt::format("{}{}", text.empty() ? "" : ",", cpu);
  return text;
}

std::string describe_machine() {
  utsname system{};
  ::uname(&system);
  return fmt::format("# machine: {}; {} {}\n# governor: {}\n# transparent huge pages: {}\n# load: {}\n",
                     cpu_model(), system.sysname, system.release,
                     first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
                     first_line("/sys/kernel/mm/transparent_hugepage/enabled"), first_line("/proc/loadavg"));
}

}  // namespace rackproof::bench
