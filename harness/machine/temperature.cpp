#include "harness/machine/temperature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "harness/base/units.hpp"

namespace rackproof {

namespace {

constexpr std::array<std::string_view, 7> kCpuDrivers{"coretemp", "k10temp",     "zenpower",   "cpu_thermal",
                                                      "scmi",     "xgene_hwmon", "soc_thermal"};

/// Of a file in thousandths of a degree Celsius.
void take(const SystemRoot& system, const std::string& file, std::optional<double>& hottest) {
  const auto read = system.integer(file);
  if (!read || *read < -50'000 || *read > 150'000) return;
  const double kelvin = static_cast<double>(*read) * 1e-3 + kZeroCelsius;
  hottest = std::max(hottest.value_or(kelvin), kelvin);
}

}  // namespace

Reading<double> host_temperature(const SystemRoot& system) {
  std::optional<double> hottest;
  constexpr std::string_view kMonitors = "/sys/class/hwmon";
  for (const std::string& monitor : system.entries(kMonitors)) {
    const std::string folder = fmt::format("{}/{}", kMonitors, monitor);
    const std::string driver = system.text(folder + "/name").value_or("");
    if (std::ranges::find(kCpuDrivers, driver) == kCpuDrivers.end()) continue;
    for (const std::string& file : system.entries(folder)) {
      if (file.starts_with("temp") && file.ends_with("_input")) take(system, folder + "/" + file, hottest);
    }
  }
  constexpr std::string_view kZones = "/sys/class/thermal";
  if (!hottest) {
    for (const std::string& zone : system.entries(kZones)) {
      if (zone.starts_with("thermal_zone")) take(system, fmt::format("{}/{}/temp", kZones, zone), hottest);
    }
  }
  if (!hottest) return Reading<double>::unavailable("no sensor of a CPU can be read");
  return *hottest;
}

}  // namespace rackproof
