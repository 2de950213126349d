#include "kernels/cuda/inventory.hpp"

#include <cuda_runtime_api.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>
#include <thread>

#include "kernels/cuda/device_list.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {
namespace {

using kernels::Failure;

template <std::size_t Size>
void put(char (&to)[Size], const std::string& text) {
  std::snprintf(to, Size, "%s", text.c_str());
}

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string compute_mode(std::uint32_t index) {
  int mode = 0;
  check(cudaDeviceGetAttribute(&mode, cudaDevAttrComputeMode, static_cast<int>(index)),
        "cudaDeviceGetAttribute", "the compute mode");
  return mode == cudaComputeModeDefault      ? "default"
         : mode == cudaComputeModeProhibited ? "prohibited"
                                             : "exclusive";
}

/// Processes on the device that are not this one. In a container the ids may be those of the host: then one of them is this
/// process, under a name that it does not know, when it holds the device.
std::int32_t others(const std::vector<unsigned>& ids, bool has_context) {
  const auto own = std::ranges::count(ids, static_cast<unsigned>(getpid()));
  const auto all = static_cast<std::int32_t>(ids.size() - static_cast<std::size_t>(own));
  return own == 0 && has_context && all > 0 ? all - 1 : all;
}

/// Whether an active link leads to `other`, or to a switch when `other` is nullptr; nothing when that is not readable.
std::optional<bool> leads_to(const Nvml& nvml, nvml::Device device, unsigned link,
                             const nvml::PciInfo* other) {
  const nvml::Functions& f = nvml.functions();
  if (other == nullptr) {
    const auto type = nvml.value<int>(f.link_remote_type, device, link);
    return type ? std::optional(*type == nvml::kRemoteIsSwitch) : std::nullopt;
  }
  const auto remote = nvml.value<nvml::PciInfo>(f.link_remote, device, link);
  return remote ? std::optional(std::string_view(remote->bus_id) == other->bus_id) : std::nullopt;
}

/// Active links of `device` that do; nothing when that is not readable.
std::optional<unsigned> count_links(const Nvml& nvml, nvml::Device device, const nvml::PciInfo* other) {
  const nvml::Functions& f = nvml.functions();
  if (f.link_state == nullptr) return std::nullopt;
  unsigned count = 0;
  for (unsigned link = 0; link < nvml::kMostLinks; ++link) {
    int active = 0;
    const nvml::Return result = f.link_state(device, link, &active);
    if (result == nvml::kNotSupported || result == nvml::kInvalidArgument) continue;  // there is no such link
    if (!Nvml::succeeded(result)) return std::nullopt;
    if (active == 0) continue;
    const auto leads = leads_to(nvml, device, link, other);
    if (!leads) return std::nullopt;
    count += *leads ? 1 : 0;
  }
  return count;
}

std::optional<unsigned> nvlinks(const Nvml& nvml, nvml::Device one, nvml::Device two) {
  const auto address = nvml.value<nvml::PciInfo>(nvml.functions().pci_info, two);
  if (!address) return std::nullopt;
  const auto direct = count_links(nvml, one, &*address);
  if (!direct || *direct != 0) return direct;
  const auto first = count_links(nvml, one, nullptr), second = count_links(nvml, two, nullptr);
  return first && second ? std::optional(std::min(*first, *second)) : std::nullopt;
}

}  // namespace

std::uint32_t count_present(const Nvml& nvml) {
  if (nvml.available()) return static_cast<std::uint32_t>(nvml.devices().size());
  if (count_devices().count != 0) throw Failure(RP_UNSUPPORTED, nvml.problem());
  return 0;
}

rp_device_info read_present(const Nvml& nvml, std::uint32_t index) {
  if (index >= count_present(nvml)) throw Failure(RP_INVALID, "no such device");
  const nvml::Device device = nvml.devices()[index];
  const nvml::Functions& f = nvml.functions();
  rp_device_info info{};
  info.struct_size = sizeof info;
  put(info.uuid, nvml.text(f.uuid, device));
  put(info.model, nvml.text(f.name, device));
  put(info.serial, nvml.serial(device));
  if (const auto pci = nvml.value<nvml::PciInfo>(f.pci_info, device))
    put(info.pci_address, pci_address(pci->domain, pci->bus, pci->device));
  if (const auto memory = nvml.value<nvml::MemoryInfo>(f.memory_info, device))
    info.memory_bytes = memory->total;
  return info;
}

rp_device_facts read_facts(const Nvml& nvml, std::uint32_t index, bool has_context) {
  rp_device_facts facts{};
  facts.struct_size = sizeof facts;
  int driver = 0, runtime = 0;
  check(cudaDriverGetVersion(&driver), "cudaDriverGetVersion", "the version of CUDA that the driver has");
  check(cudaRuntimeGetVersion(&runtime), "cudaRuntimeGetVersion", "the version of the runtime");
  const std::string version = nvml.driver_version();
  put(facts.driver, (version.empty() ? "" : version + ", ") + "CUDA " + version_text(driver));
  put(facts.runtime, "CUDA " + version_text(runtime));
  put(facts.compute_mode, compute_mode(index));
  facts.ecc = facts.other_processes = -1;
  const auto device = nvml.find(uuid_of_device(index, nvml));
  if (!device) return facts;
  const nvml::Functions& f = nvml.functions();
  put(facts.firmware, nvml.text(f.vbios, *device));
  int pending = 0;
  if (f.ecc_mode != nullptr && f.ecc_mode(*device, &facts.ecc, &pending) != nvml::kSuccess) facts.ecc = -1;
  if (nvml.value<unsigned>(f.is_part, *device).value_or(0) != 0)
    put(facts.partition, nvml.text(f.name, *device));
  if (const auto ids = nvml.processes(*device)) facts.other_processes = others(*ids, has_context);
  return facts;
}

void require_free(const Nvml& nvml, std::uint32_t index, bool has_context,
                  std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  rp_device_facts facts = read_facts(nvml, index, has_context);
  const std::string uuid = uuid_of_device(index, nvml), mode = facts.compute_mode;
  if (mode != "default")
    throw Failure(RP_UNSUPPORTED,
                  "compute mode of " + uuid + " is " + mode + "; nvidia-smi -c DEFAULT changes it");
  while (facts.other_processes > 0 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(patience / 40);
    facts = read_facts(nvml, index, has_context);
  }
  if (facts.other_processes > 0)
    throw Failure(RP_UNSUPPORTED, std::to_string(facts.other_processes) + " other process" +
                                      (facts.other_processes == 1 ? " is" : "es are") + " on device " + uuid);
}

rp_link read_link(const Nvml& nvml, int device, const std::string& uuid, int other,
                  const std::string& other_uuid) {
  rp_link link{};
  link.struct_size = sizeof link;
  int access = 0;
  check(cudaDeviceCanAccessPeer(&access, device, other), "cudaDeviceCanAccessPeer",
        "whether a device may use the memory of another");
  link.peer_access = access;
  const auto one = nvml.find(uuid), two = nvml.find(other_uuid);
  if (!one || !two) return link;
  const auto links = nvlinks(nvml, *one, *two);
  if (!links) return link;
  put(link.kind, *links != 0 ? "nvlink" : "pcie");
  link.links = std::max(1u, *links);
  return link;
}

}  // namespace rackproof::cuda
