#include "harness/machine/allotment.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <sstream>

namespace rackproof {

namespace {

using Real = Reading<double>;

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0)) return std::nullopt;
  return value;
}

/// Numbers of a list "0-15,32-47"; nothing for garbage.
std::optional<double> count_of_list(std::string_view list) {
  double count = 0;
  while (!list.empty()) {
    const std::string_view range = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), range.size() + 1));
    const auto dash = range.find('-');
    const auto first = number(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(range.substr(dash + 1));
    if (!first || !last || !(*last >= *first)) return std::nullopt;
    count += *last - *first + 1;
  }
  return count > 0 ? std::optional(count) : std::nullopt;
}

/// Folders of this process' cgroup for a controller and of those above it, innermost first. The path is that of the
/// host where a container hides it, so the mount's own root is always among them.
std::vector<std::string> cgroup_folders(const SystemRoot& system, std::string_view controller) {
  std::vector<std::string> folders;
  const auto add = [&](std::string_view mount, std::string path) {
    while (path.size() > 1) {
      folders.push_back(fmt::format("{}{}", mount, path));
      path.resize(path.rfind('/'));
    }
    folders.emplace_back(mount);
  };
  std::istringstream lines(system.text("/proc/self/cgroup").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos || line.size() <= second + 1) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (path.front() != '/' || path.find("..") != std::string::npos) continue;
    if (controllers.empty()) add("/sys/fs/cgroup", path);
    std::istringstream names(controllers);
    for (std::string name; std::getline(names, name, ',');) {
      if (name == controller) add(fmt::format("/sys/fs/cgroup/{}", controller), path);
    }
  }
  return folders;
}

/// CPUs that one cgroup may have the time of; infinity without a quota.
double quota_in(const SystemRoot& system, const std::string& folder) {
  std::optional<double> quota, period;
  if (const auto both = system.text(folder + "/cpu.max")) {  // version 2: "max 100000", "150000 100000"
    const auto blank = both->find(' ');
    quota = number(std::string_view(*both).substr(0, blank));
    if (blank != std::string::npos) period = number(std::string_view(*both).substr(blank + 1));
  } else {
    quota = number(system.text(folder + "/cpu.cfs_quota_us").value_or(""));  // −1: none
    period = number(system.text(folder + "/cpu.cfs_period_us").value_or(""));
  }
  return quota && period && *period > 0 ? *quota / *period : kUnlimited;
}

double memory_limit_in(const SystemRoot& system, const std::string& folder) {
  for (const char* file : {"/memory.max", "/memory.limit_in_bytes"}) {
    if (const auto limit = number(system.text(folder + file).value_or(""))) return *limit;
  }
  return kUnlimited;
}

Reading<double> own_limit(__rlimit_resource resource) {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0) return Real::unavailable("getrlimit failed");
  return limit.rlim_cur == RLIM_INFINITY ? kUnlimited : static_cast<double>(limit.rlim_cur);
}

}  // namespace

Reading<double> allotted_cores(const SystemRoot& system) {
  const auto line = system.line_beginning("/proc/self/status", "Cpus_allowed_list:");
  if (!line) return Real::unavailable(line.why());
  const auto cpus =
      count_of_list(std::string_view(*line).substr(std::min(line->find_last_of(" \t") + 1, line->size())));
  if (!cpus) return Real::unavailable("/proc/self/status holds no list of CPUs");
  double cores = *cpus;
  for (const std::string& folder : cgroup_folders(system, "cpu"))
    cores = std::min(cores, quota_in(system, folder));
  return cores;
}

Reading<double> allotted_memory(const SystemRoot& system) {
  const auto line = system.line_beginning("/proc/meminfo", "MemTotal:");
  if (!line) return Real::unavailable(line.why());
  std::istringstream fields(line->substr(std::string_view("MemTotal:").size()));
  double kib = 0;
  if (!(fields >> kib) || !(kib > 0)) return Real::unavailable("/proc/meminfo holds no number");
  double bytes = kib * 1024;
  for (const std::string& folder : cgroup_folders(system, "memory"))
    bytes = std::min(bytes, memory_limit_in(system, folder));
  return bytes;
}

Reading<double> shared_memory(const SystemRoot& system) {
  if (!system.is_recorded()) {
    struct statvfs found {};
    if (::statvfs("/dev/shm", &found) != 0) return Real::unavailable("no such folder: /dev/shm");
    return static_cast<double>(found.f_bavail) * static_cast<double>(found.f_frsize);
  }
  const auto mount = system.line_beginning("/proc/mounts", "tmpfs /dev/shm ");
  if (!mount) return Real::unavailable(mount.why());
  constexpr std::string_view kKey = "size=";
  const auto at = mount->find(kKey);
  const auto end = at == std::string::npos ? at : mount->find_first_not_of("0123456789", at + kKey.size());
  const auto kib = at == std::string::npos || end == std::string::npos || (*mount)[end] != 'k'
                       ? std::nullopt
                       : number(std::string_view(*mount).substr(at + kKey.size(), end - at - kKey.size()));
  if (!kib) return Real::unavailable("/proc/mounts does not tell the size of /dev/shm");
  return *kib * 1024;
}

Reading<double> locked_memory_limit() { return own_limit(RLIMIT_MEMLOCK); }
Reading<double> open_files_limit() { return own_limit(RLIMIT_NOFILE); }

}  // namespace rackproof
