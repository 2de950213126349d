#include "harness/results/device_facts.hpp"

#include <fmt/format.h>

namespace rackproof {

std::vector<FactRow> device_facts(std::uint32_t row, const DeviceIdentity& device) {
  std::vector<FactRow> facts;
  const auto add = [&](const char* key, const std::string& found) {
    if (!found.empty())
      facts.push_back({row, std::string("device/") + key, "", found, "told by the backend"});
  };
  add("uuid", device.uuid);
  add("pci_address", device.pci_address);
  add("serial", device.serial);
  add("model", device.model);
  add("driver", device.driver);
  add("runtime", device.runtime);
  add("firmware", device.firmware);
  add("compute_mode", device.compute_mode);
  add("partition", device.partition);
  if (device.ecc >= 0) add("ecc", device.ecc == 1 ? "on" : "off");
  if (device.other_processes >= 0) add("other_processes", std::to_string(device.other_processes));
  add("selftest", device.selftest);
  if (device.emulated) add("emulated", "yes");
  return facts;
}

std::vector<Results::Notice> device_notices(const TargetRow& target, const DeviceIdentity& device) {
  std::vector<Results::Notice> notices;
  if (device.emulated)
    notices.push_back(
        {"emulated device", {target.name}, fmt::format("{} ({}) is software", device.uuid, device.model)});
  if (target.placement == Placement::device && !target.serial.empty() && !device.serial.empty() &&
      target.serial != device.serial) {
    notices.push_back(
        {"device serial",
         {target.name},
         fmt::format("the site promises {}, {} has {}", target.serial, device.uuid, device.serial)});
  }
  return notices;
}

}  // namespace rackproof
