#include "suites/device_sensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "harness/base/error.hpp"
#include "harness/measure/backend.hpp"

namespace rackproof {

namespace {

/// One device, read once for all of its sensors.
class PresentDevice {
 public:
  PresentDevice(const rp_backend& table, std::uint32_t index, FileTally& tally)
      : table_(table), index_(index), tally_(tally) {}

  const Reading<rp_telemetry>& read(std::int64_t now_ns) {
    if (now_ns == read_at_ns_) return reading_;
    read_at_ns_ = now_ns;
    ++tally_.reads;
    rp_telemetry telemetry{};
    telemetry.struct_size = sizeof telemetry;
    if (table_.present_telemetry(index_, &telemetry) == RP_OK) return reading_ = telemetry;
    return reading_ = Reading<rp_telemetry>::unavailable(printable(table_.last_error()));
  }

 private:
  rp_backend table_;
  std::uint32_t index_;
  FileTally& tally_;
  std::int64_t read_at_ns_ = -1;
  Reading<rp_telemetry> reading_ = Reading<rp_telemetry>::unavailable("not read yet");
};

class DeviceSensor final : public Sensor {
 public:
  DeviceSensor(SensorSource source, std::shared_ptr<PresentDevice> device, double rp_telemetry::*which)
      : Sensor(std::move(source)), device_(std::move(device)), which_(which) {}
  Reading<double> read(std::int64_t now_ns) override {
    const auto& reading = device_->read(now_ns);
    if (!reading) return Reading<double>::unavailable(reading.why());
    const double value = (*reading).*which_;
    if (std::isnan(value)) return Reading<double>::unavailable("the backend cannot read it");
    return plausible(value, source());
  }

 private:
  std::shared_ptr<PresentDevice> device_;
  double rp_telemetry::*which_;
};

std::vector<rp_device_info> present_devices(const rp_backend& table) {
  std::uint32_t count = 0;
  if (table.present_count(&count) != RP_OK) throw Error(printable(table.last_error()));
  constexpr std::uint32_t kMost = 64;
  std::vector<rp_device_info> devices(std::min(count, kMost));
  for (std::uint32_t i = 0; i < devices.size(); ++i) {
    devices[i].struct_size = sizeof(rp_device_info);
    if (table.present_info(i, &devices[i]) != RP_OK) throw Error(printable(table.last_error()));
  }
  return devices;
}

/// One sampler stands for all ranks of a node: of a job it reads all devices.
bool is_of(const BundleStep& step, const std::vector<rp_device_info>& devices, std::uint32_t index) {
  if (!step.device_uuid.empty()) return step.device_uuid == devices[index].uuid;
  const int position = step.rank_positions.empty() ? step.device_position : -1;
  if (position < 0 || static_cast<std::size_t>(position) >= devices.size()) return true;
  return index == static_cast<std::uint32_t>(position);
}

}  // namespace

DeviceSensors find_device_sensors(const std::filesystem::path& library, const BundleStep& step,
                                  FileTally& tally) {
  DeviceSensors found;
  const auto missing = [&](const std::string& why) {
    found.sensors.push_back(std::make_unique<MissingSensor>(
        SensorSource{step.backend + "/devices", "power", "W", SensorScope::device, step.backend}, why));
    found.devices.emplace_back();
    return std::move(found);
  };
  try {
    const auto entry = reinterpret_cast<rp_backend_entry>(open_library(library, RP_BACKEND_SYMBOL));
    const rp_backend* const told = entry();
    if (told == nullptr) return missing("the library has no table");
    const rp_backend table = adopt_table(*told, library.string());
    if (table.present_info == nullptr) return found;
    if (table.present_telemetry == nullptr)
      return missing("the backend tells nothing of a device that is not open");
    if (table.open != nullptr && table.open(step.backend_options.c_str()) != RP_OK)
      return missing(printable(table.last_error()));
    const auto devices = present_devices(table);
    for (std::uint32_t i = 0; i < devices.size(); ++i) {
      if (!is_of(step, devices, i)) continue;
      const auto device = std::make_shared<PresentDevice>(table, i, tally);
      struct Told {
        const char* quantity;
        const char* unit;
        double rp_telemetry::*which;
      };
      for (const auto& [quantity, unit, which] : {Told{"power", "W", &rp_telemetry::power_w},
                                                  Told{"temperature", "K", &rp_telemetry::temperature_k},
                                                  Told{"clock", "Hz", &rp_telemetry::clock_hz}}) {
        found.sensors.push_back(
            std::make_unique<DeviceSensor>(SensorSource{fmt::format("{}/{}/{}", step.backend, i, quantity),
                                                        quantity, unit, SensorScope::device, step.backend},
                                           device, which));
        found.devices.push_back(printable(devices[i].uuid));
      }
    }
    return found;
  } catch (const Error& error) {
    return missing(error.what());
  }
}

}  // namespace rackproof
