#include "suites/step_devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "harness/machine/pci.hpp"
#include "suites/device_selftest.hpp"

namespace rackproof {

namespace {

using Infos = std::vector<rp_device_info>;

bool has_uuid(const Infos& infos, const std::string& uuid) {
  return std::ranges::any_of(infos, [&](const rp_device_info& info) { return uuid == info.uuid; });
}

/// All devices that the driver knows; nothing when it does not say, or lists other things than devices (parts of them).
Infos present_devices(const rp_backend& table, const Infos& visible) {
  std::uint32_t count = 0;
  if (table.present_count == nullptr || table.present_count(&count) != RP_OK) return {};
  Infos present(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    present[i].struct_size = sizeof(rp_device_info);
    if (table.present_info(i, &present[i]) != RP_OK) return {};
  }
  const bool holds_all =
      std::ranges::all_of(visible, [&](const rp_device_info& info) { return has_uuid(present, info.uuid); });
  return holds_all ? present : Infos{};
}

bool is_virtual_machine(const SystemRoot& system) {
  const auto cpus = system.bytes("/proc/cpuinfo");
  return cpus && cpus->find(" hypervisor") != std::string::npos;
}

/// Whether a device that the backend does not show is not there, or may be withheld. `listed`: the backend lists all devices
/// that its driver knows, hidden ones too.
bool is_gone(const Backend& backend, bool listed, std::size_t promised, const SystemRoot& system,
             std::string& evidence) {
  const std::uint32_t vendor = backend.table().pci_vendor;
  if (vendor == 0) return listed;
  const auto bus = read_pci(system);
  // A virtual machine sees of the bus what it was given.
  if (!bus || is_virtual_machine(system)) return false;
  const auto there = std::ranges::count_if(
      *bus, [&](const PciDevice& device) { return device.vendor == vendor && is_accelerator(device); });
  evidence += fmt::format("; the PCI bus shows {} of vendor {:04x}", there, vendor);
  return static_cast<std::size_t>(there) < promised;
}

[[noreturn]] void missing(const Backend& backend, bool listed, std::size_t found, std::size_t promised,
                          const SystemRoot& system) {
  std::string reason = fmt::format("backend {} shows {} devices; number {} was promised",
                                   backend.identity().name, found, promised);
  if (const std::string why = printable(backend.table().last_error()); found == 0 && !why.empty())
    reason += ": " + why;
  if (is_gone(backend, listed, promised, system, reason)) throw DeviceMissing(reason);
  throw CaseStopped(Status::failed, Phase::load, reason);
}

[[noreturn]] void hidden(const Backend& backend, std::size_t number, const rp_device_info& info) {
  const char* const variable = std::getenv("CUDA_VISIBLE_DEVICES");
  throw CaseStopped(
      Status::unsupported, Phase::load,
      fmt::format("device {} of backend {}, {}, is there but hidden from this process{}", number,
                  backend.identity().name, printable(info.uuid),
                  variable == nullptr ? "" : fmt::format(" (CUDA_VISIBLE_DEVICES={})", printable(variable))));
}

std::vector<std::string> chosen_uuids(const BundleStep& step, const Backend& backend, const Infos& visible,
                                      int rank, const SystemRoot& system) {
  if (!step.device_uuid.empty()) return {step.device_uuid};
  const Infos present = present_devices(backend.table(), visible);
  const Infos& all = present.empty() ? visible : present;
  const int position = step.rank_positions.empty() ? step.device_position
                                                   : step.rank_positions.at(static_cast<std::size_t>(rank));
  const bool is_one = position >= 0;
  const auto first = static_cast<std::size_t>(is_one ? position : 0);
  const auto promised = static_cast<std::size_t>(std::max(step.device_count, 1));
  const std::size_t end = is_one                   ? first + 1
                          : step.device_count == 0 ? std::max(all.size(), promised)
                                                   : promised;
  if (end > all.size()) missing(backend, !present.empty(), all.size(), end, system);
  std::vector<std::string> uuids;
  for (std::size_t i = first; i < end; ++i) {
    if (!has_uuid(visible, all[i].uuid)) hidden(backend, i + 1, all[i]);
    uuids.emplace_back(all[i].uuid);
  }
  return uuids;
}

DeviceIdentity identify(const Device& device, const Infos& visible) {
  const rp_device_info& info = device.info();
  DeviceIdentity identity;
  identity.uuid = printable(info.uuid);
  identity.pci_address = printable(info.pci_address);
  identity.serial = printable(info.serial);
  identity.model = printable(info.model);
  identity.emulated = info.emulated != 0;
  const rp_backend& table = device.table();
  const auto index = std::ranges::find_if(
      visible, [&](const rp_device_info& other) { return std::string_view(other.uuid) == info.uuid; });
  rp_device_facts facts{};
  facts.struct_size = sizeof facts;
  if (table.device_facts == nullptr || index == visible.end() ||
      table.device_facts(static_cast<std::uint32_t>(index - visible.begin()), &facts) != RP_OK)
    return identity;
  identity.driver = printable(facts.driver);
  identity.runtime = printable(facts.runtime);
  identity.firmware = printable(facts.firmware);
  identity.compute_mode = printable(facts.compute_mode);
  identity.partition = printable(facts.partition);
  identity.ecc = facts.ecc;
  identity.other_processes = facts.other_processes;
  return identity;
}

}  // namespace

StepDevices::StepDevices(const BundleStep& step, const Installation& installation, int rank,
                         const SystemRoot& system)
    : backend_(installation.modules / fmt::format("librackproof-{}.so", step.backend), step.backend_options) {
  const Infos visible = backend_.devices();
  for (const std::string& uuid : chosen_uuids(step, backend_, visible, rank, system))
    devices_.emplace_back(backend_, uuid);
  for (const Device& device : devices_) {
    identities_.push_back(identify(device, visible));
    if (is_selftested(step.backend)) identities_.back().selftest = require_selftest(device);
  }
}

}  // namespace rackproof
