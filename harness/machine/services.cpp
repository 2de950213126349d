#include "harness/machine/services.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace rackproof {

std::vector<std::string> system_slices(const SystemRoot& system) {
  std::vector<std::string> slices;
  for (const char* mount : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"}) {
    std::string slice = fmt::format("{}/system.slice", mount);
    if (system.exists(slice)) slices.push_back(std::move(slice));
  }
  return slices;
}

Reading<bool> is_service_running(const SystemRoot& system, const std::string& unit) {
  const std::string name = unit.find('.') == std::string::npos ? unit + ".service" : unit;
  const auto slices = system_slices(system);
  if (slices.empty())
    return Reading<bool>::unavailable("no system.slice: no systemd, or a container that hides it");
  return std::ranges::any_of(slices,
                             [&](const std::string& slice) { return system.exists(slice + "/" + name); });
}

Reading<bool> is_process_running(const SystemRoot& system, std::string_view name) {
  constexpr std::size_t kKept = 15;
  bool any = false;
  for (const std::string& entry : system.entries("/proc")) {
    if (!std::ranges::all_of(entry, [](unsigned char c) { return std::isdigit(c) != 0; })) continue;
    any = true;
    if (system.text(fmt::format("/proc/{}/comm", entry)).value_or("") == name.substr(0, kKept)) return true;
  }
  if (!any) return Reading<bool>::unavailable("/proc shows no process");
  return false;
}

}  // namespace rackproof
