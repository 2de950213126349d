#include "harness/machine/power.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/units.hpp"
#include "harness/machine/energy_counter.hpp"

namespace rackproof {

namespace {

constexpr std::string_view kPowercap = "/sys/class/powercap", kHwmon = "/sys/class/hwmon";
constexpr std::size_t kMostInputs = 64;

/// A counter of µJ.
class EnergySensor final : public Sensor {
 public:
  EnergySensor(SensorSource source, const SystemRoot& root, std::int64_t range_uj, FileTally& tally)
      : Sensor(source), file_(root, source.origin, tally), counter_(range_uj) {}
  Reading<double> read(std::int64_t now_ns) override {
    const auto energy = file_.integer();
    if (!energy) return Reading<double>::unavailable(energy.why());
    return counter_.power(*energy, now_ns);
  }

 private:
  KeptFile file_;
  EnergyCounter counter_;
};

/// A number in its file: value · factor + offset.
class InputSensor final : public Sensor {
 public:
  InputSensor(SensorSource source, const SystemRoot& root, double factor, double offset, FileTally& tally)
      : Sensor(source), file_(root, source.origin, tally), factor_(factor), offset_(offset) {}
  Reading<double> read(std::int64_t) override {
    const auto value = file_.integer();
    if (!value) return Reading<double>::unavailable(value.why());
    return plausible(static_cast<double>(*value) * factor_ + offset_, source());
  }

 private:
  KeptFile file_;
  double factor_, offset_;
};

/// A file of µW; NaN when it is not readable or no limit.
double micro_watts(const SystemRoot& root, const std::string& file) {
  const auto limit = root.integer(file);
  return limit && *limit > 0 ? static_cast<double>(*limit) * 1e-6 : std::nan("");
}

SensorScope rapl_scope(const std::string& name) {
  if (name.starts_with("package")) return SensorScope::package;
  if (name == "psys") return SensorScope::node;
  return name == "dram" ? SensorScope::board : SensorScope::die;
}

struct Driver {
  std::string_view name;
  SensorScope scope;
};
constexpr std::array kDrivers{
    Driver{"power_meter", SensorScope::node},   Driver{"coretemp", SensorScope::package},
    Driver{"k10temp", SensorScope::package},    Driver{"zenpower", SensorScope::package},
    Driver{"amd_energy", SensorScope::package}, Driver{"amdgpu", SensorScope::device},
    Driver{"xe", SensorScope::device},          Driver{"i915", SensorScope::device},
    Driver{"nouveau", SensorScope::device},     Driver{"nvme", SensorScope::device},
    Driver{"mlx5", SensorScope::device},        Driver{"drivetemp", SensorScope::device}};

SensorScope hwmon_scope(const std::string& driver) {
  const auto* const known = std::ranges::find(kDrivers, driver, &Driver::name);
  return known == kDrivers.end() ? SensorScope::board : known->scope;
}

bool is_of_one_core(const std::string& label) {
  return label.starts_with("Core ") || label.starts_with("Ecore");
}

/// One folder of hwmon.
class Chip {
 public:
  Chip(const SystemRoot& root, std::string folder, FileTally& tally)
      : root_(root), folder_(std::move(folder)), tally_(tally) {
    driver_ = root.text(folder_ + "/name").value_or("");
    if (driver_.empty()) driver_ = folder_.substr(folder_.rfind('/') + 1);
  }

  void add(Sensors& sensors) const {
    const auto names = root_.entries(folder_);
    for (const std::string& name : names) {
      if (sensors.size() >= kMostInputs) return;
      const auto underscore = name.find('_');
      const std::string input = name.substr(0, underscore);
      const std::string what = underscore == std::string::npos ? "" : name.substr(underscore);
      const bool average_only = what == "_average" && !std::ranges::binary_search(names, input + "_input");
      if (what != "_input" && !average_only) continue;
      if (input.starts_with("power")) {
        SensorSource source = described(input, name, "power", "W");
        source.limit = micro_watts(root_, folder_ + "/" + input + "_cap");
        sensors.push_back(std::make_unique<InputSensor>(source, root_, 1e-6, 0, tally_));
      } else if (input.starts_with("energy")) {
        SensorSource source = described(input, name, "power", "W");
        if (!is_of_one_core(label_of(input)))
          sensors.push_back(std::make_unique<EnergySensor>(source, root_, 0, tally_));
      } else if (input.starts_with("temp") && !is_of_one_core(label_of(input))) {
        SensorSource source = described(input, name, "temperature", "K");
        source.slow = true;
        sensors.push_back(std::make_unique<InputSensor>(source, root_, 1e-3, kZeroCelsius, tally_));
      }
    }
  }

 private:
  std::string label_of(const std::string& input) const {
    return root_.text(folder_ + "/" + input + "_label").value_or(input);
  }
  SensorSource described(const std::string& input, const std::string& file, const char* quantity,
                         const char* unit) const {
    return {fmt::format("{}/{}/{}", driver_, folder_.substr(folder_.rfind('/') + 1), label_of(input)),
            quantity, unit, hwmon_scope(driver_), folder_ + "/" + file};
  }

  const SystemRoot& root_;
  std::string folder_, driver_;
  FileTally& tally_;
};

bool has(const Sensors& sensors, std::string_view quantity) {
  return std::ranges::any_of(sensors, [&](const auto& one) { return one->source().quantity == quantity; });
}

}  // namespace

Sensors find_rapl(const SystemRoot& root, FileTally& tally) {
  Sensors sensors;
  for (const std::string& zone : root.entries(kPowercap)) {
    const std::string folder = fmt::format("{}/{}", kPowercap, zone);
    // intel-rapl-mmio tells the same domains once more.
    if (zone.find("-rapl:") == std::string::npos || !root.exists(folder + "/energy_uj")) continue;
    const std::string name = root.text(folder + "/name").value_or(zone);
    SensorSource source{fmt::format("rapl/{}/{}", zone.substr(zone.find(':') + 1), name), "power", "W",
                        rapl_scope(name), folder + "/energy_uj"};
    source.limit = micro_watts(root, folder + "/constraint_0_power_limit_uw");
    const auto range = root.integer(folder + "/max_energy_range_uj");
    sensors.push_back(
        std::make_unique<EnergySensor>(source, root, std::max<std::int64_t>(range.value_or(0), 0), tally));
    if (sensors.size() >= kMostInputs) break;
  }
  if (sensors.empty()) {
    sensors.push_back(std::make_unique<MissingSensor>(
        SensorSource{"rapl", "power", "W", SensorScope::package, std::string(kPowercap)},
        root.exists(kPowercap) ? fmt::format("no RAPL domain in {}", kPowercap)
                               : fmt::format("no such folder: {}", kPowercap)));
  }
  return sensors;
}

Sensors find_hwmon(const SystemRoot& root, FileTally& tally) {
  Sensors sensors;
  for (const std::string& chip : root.entries(kHwmon))
    Chip(root, fmt::format("{}/{}", kHwmon, chip), tally).add(sensors);
  struct Wanted {
    const char* quantity;
    const char* unit;
  };
  for (const auto& [quantity, unit] : {Wanted{"power", "W"}, Wanted{"temperature", "K"}}) {
    if (has(sensors, quantity)) continue;
    sensors.push_back(std::make_unique<MissingSensor>(
        SensorSource{fmt::format("hwmon/{}", quantity), quantity, unit, SensorScope::board,
                     std::string(kHwmon)},
        root.exists(kHwmon) ? fmt::format("no {} input in {}", quantity, kHwmon)
                            : fmt::format("no such folder: {}", kHwmon)));
  }
  return sensors;
}

}  // namespace rackproof
