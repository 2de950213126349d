#include "harness/measure/machine_state.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

namespace rackproof {

namespace {

std::string first_line(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

/// Value of the first "key : value" or "key: value" line whose key is `key`.
std::string field(const char* path, std::string_view key) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const auto begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? std::string() : line.substr(begin);
  }
  return {};
}

void put(MachineState& state, const char* key, double value) {
  if (std::isfinite(value)) state[key] = value;
}

}  // namespace

MachineState read_machine_state(const Device* device) {
  MachineState state;
  if (const std::string khz = first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq");
      !khz.empty()) {
    put(state, "clock_hz", std::strtod(khz.c_str(), nullptr) * 1e3);
  }
  std::istringstream load(first_line("/proc/loadavg"));
  if (double one_minute = 0; load >> one_minute) put(state, "load_1min", one_minute);
  if (device != nullptr && device->table().telemetry != nullptr) {
    rp_telemetry telemetry{};
    telemetry.struct_size = sizeof telemetry;
    if (device->table().telemetry(device->get(), &telemetry) == RP_OK) {
      put(state, "clock_hz", telemetry.clock_hz);
      put(state, "power_w", telemetry.power_w);
      put(state, "temperature_k", telemetry.temperature_k);
      if (telemetry.throttle_readable) put(state, "throttle", static_cast<double>(telemetry.throttle));
    }
  }
  return state;
}

void fold_extremes(MachineState& extremes, const MachineState& reading) {
  struct Extreme {
    const char* of;
    const char* key;
    double (*pick)(double, double);
  };
  static constexpr Extreme kExtremes[]{
      {"clock_hz", "clock_hz_min", [](double a, double b) { return std::min(a, b); }},
      {"power_w", "power_w_max", [](double a, double b) { return std::max(a, b); }},
      {"temperature_k", "temperature_k_max", [](double a, double b) { return std::max(a, b); }},
      {"throttle", "throttle", [](double a, double b) {
         return static_cast<double>(static_cast<std::uint64_t>(a) | static_cast<std::uint64_t>(b));
       }}};
  for (const Extreme& extreme : kExtremes) {
    for (const auto& found : {reading.find(extreme.of), reading.find(extreme.key)}) {
      if (found == reading.end()) continue;
      const auto [known, is_new] = extremes.try_emplace(extreme.key, found->second);
      if (!is_new) known->second = extreme.pick(known->second, found->second);
    }
  }
}

bool is_throttled(const MachineState& state) {
  const auto bits = state.find("throttle");
  return bits != state.end() && bits->second != 0;
}

Identity read_identity(int rank) {
  Identity identity;
  identity.rank = rank;
  utsname names{};
  if (::uname(&names) == 0) {
    identity.hostname = names.nodename;
    identity.kernel = fmt::format("{} {}", names.sysname, names.release);
  }
  identity.boot_id = first_line("/proc/sys/kernel/random/boot_id");
  identity.machine_id = first_line("/etc/machine-id");
  identity.pid = ::getpid();
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) identity.cpus = CPU_COUNT(&allowed);
  identity.memory_bytes = std::strtoll(field("/proc/meminfo", "MemTotal").c_str(), nullptr, 10) * 1024;
  identity.cpu_model = field("/proc/cpuinfo", "model name");
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/class/net", ignored)) {
    // A virtual interface has no device behind it.
    if (!std::filesystem::exists(entry.path() / "device", ignored)) continue;
    const std::string mac = first_line(entry.path() / "address");
    if (!mac.empty() && mac != "00:00:00:00:00:00") identity.macs.push_back(mac);
  }
  std::sort(identity.macs.begin(), identity.macs.end());
  return identity;
}

}  // namespace rackproof
