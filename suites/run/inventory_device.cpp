// The case inventory/device/identity.
#include <fmt/format.h>

#include <algorithm>

#include "suites/run/inventory.hpp"
#include "suites/run/inventory_counters.hpp"

namespace rackproof {

namespace {

using Count = Reading<std::int64_t>;
using Text = Reading<std::string>;
using Links = Reading<std::vector<PciLink>>;

constexpr std::uint64_t kCopyBytes = std::uint64_t{16} << 20;
constexpr int kCopies = 32;
constexpr std::uint32_t kMostDevices = 1024;

std::optional<rp_device_facts> read_facts(const Device& device) {
  const rp_backend& table = device.table();
  std::uint32_t devices = 0;
  if (table.device_facts == nullptr || table.device_count(&devices) != RP_OK) return std::nullopt;
  for (std::uint32_t i = 0; i < std::min(devices, kMostDevices); ++i) {
    rp_device_info info{};
    info.struct_size = sizeof info;
    if (table.device_info(i, &info) != RP_OK || abi_text(info.uuid) != abi_text(device.info().uuid)) continue;
    rp_device_facts facts{};
    facts.struct_size = sizeof facts;
    if (table.device_facts(i, &facts) == RP_OK) return facts;
  }
  return std::nullopt;
}

std::optional<std::int64_t> read_position(const Device& device) {
  const rp_backend& table = device.table();
  std::uint32_t devices = 0;
  if (table.present_count == nullptr || table.present_count(&devices) != RP_OK) return std::nullopt;
  for (std::uint32_t i = 0; i < std::min(devices, kMostDevices); ++i) {
    rp_device_info info{};
    info.struct_size = sizeof info;
    if (table.present_info(i, &info) == RP_OK && abi_text(info.uuid) == abi_text(device.info().uuid))
      return i;
  }
  return std::nullopt;
}

/// Links go to sleep: what they are is read while they work.
Links loaded_links(const Device& device, const SystemRoot& system, const Reading<PciDevice>& idle) {
  if (!idle) return Links::unavailable(idle.why());
  std::vector<PciLink> links;
  try {
    const Buffer buffer(device, kCopyBytes);
    const std::vector<unsigned char> bytes(kCopyBytes);
    for (int i = 0; i < kCopies; ++i) {
      buffer.write(std::span<const unsigned char>(bytes));
      if (const auto there = read_pci_device(system, idle->address)) links.push_back(there->now);
    }
  } catch (const CaseStopped& stop) {
    return Links::unavailable(fmt::format("no copy to the device: {}", stop.what()));
  }
  return links;
}

/// The most that was read under load.
Count most(const Links& links, Count PciLink::*field) {
  if (!links) return Count::unavailable(links.why());
  Count found = Count::unavailable("no link was read while copies ran");
  for (const PciLink& link : *links) {
    const Count& here = link.*field;
    if (!here) return here;
    if (!found || *here > *found) found = here;
  }
  return found;
}

Count told(std::uint64_t value, const char* what) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 60;
  if (value == 0 || value > kMost)
    return Count::unavailable(fmt::format("the backend does not tell the {}", what));
  return static_cast<std::int64_t>(value);
}

void take_facts(const ToldDevice& device, Inventory& inventory) {
  const rp_device_facts facts = device.facts.value_or(rp_device_facts{0, "", "", "", "", "", -1, -1});
  inventory.told("firmware", abi_text(facts.firmware));
  inventory.told("driver", abi_text(facts.driver));
  inventory.told("runtime", abi_text(facts.runtime));
  inventory.told("compute_mode", abi_text(facts.compute_mode));
  // That there is none is told by who tells anything.
  const std::string partition = abi_text(facts.partition);
  inventory.told("partition", device.facts && partition.empty() ? "none" : partition);
  inventory.told("ecc", facts.ecc == 1 ? "on" : facts.ecc == 0 ? "off" : "");
}

void take_place(const Reading<PciDevice>& place, const Links& loaded, Inventory& inventory) {
  const auto count = [&](const char* quantity, auto get) {
    inventory.count(quantity, place ? get(*place) : Count::unavailable(place.why()));
  };
  inventory.text("pci_id", place ? Text(place->id()) : Text::unavailable(place.why()));
  inventory.text("pci_driver", place ? place->driver : Text::unavailable(place.why()));
  count("numa_node", [](const PciDevice& at) { return at.numa_node; });
  count("link_width_max", [](const PciDevice& at) { return at.most.width; });
  count("link_speed_max", [](const PciDevice& at) { return at.most.transfers_per_s; });
  count("link_width_idle", [](const PciDevice& at) { return at.now.width; });
  count("link_speed_idle", [](const PciDevice& at) { return at.now.transfers_per_s; });
  inventory.count("link_width_loaded", most(loaded, &PciLink::width));
  inventory.count("link_speed_loaded", most(loaded, &PciLink::transfers_per_s));
}

}  // namespace

void take_inventory(const ToldDevice& device, const Reading<PciDevice>& place, const Links& loaded,
                    Inventory& inventory) {
  inventory.told("model", abi_text(device.info.model));
  inventory.told("uuid", abi_text(device.info.uuid));
  inventory.told("serial", abi_text(device.info.serial));
  inventory.told("pci_address", abi_text(device.info.pci_address));
  inventory.count("memory", told(device.info.memory_bytes, "memory"));
  inventory.count("compute_units", told(device.info.compute_units, "compute units"));
  inventory.count("position", device.position ? Count(*device.position)
                                              : Count::unavailable("the backend does not list all devices"));
  take_facts(device, inventory);
  take_counters(device.counters, inventory);
  take_place(place, loaded, inventory);
}

void run_inventory_identity(const CaseContext& context, CaseEnd& end) {
  const Device& device = context.devices.front();
  const ToldDevice told{device.info(), read_facts(device), read_position(device), read_counters(device)};
  const auto place = read_pci_device(context.system, abi_text(device.info().pci_address));
  const Links loaded = loaded_links(device, context.system, place);
  Inventory inventory(end);
  take_inventory(told, place, loaded, inventory);
}

}  // namespace rackproof
