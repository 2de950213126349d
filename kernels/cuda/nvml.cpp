#include "kernels/cuda/nvml.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/cuda/shared_library.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {
namespace {

using kernels::Failure;
using nvml::Functions;

constexpr const char* kNvmlLibrary = "libnvidia-ml.so.1";

template <class F>
void load(const SharedLibrary& library, F*& function, const char* name) {
  function = reinterpret_cast<F*>(library.symbol(name));
}

Functions load_functions(const SharedLibrary& library) {
  Functions f{};
  load(library, f.init, "nvmlInit_v2");
  load(library, f.driver_version, "nvmlSystemGetDriverVersion");
  load(library, f.count, "nvmlDeviceGetCount_v2");
  load(library, f.by_index, "nvmlDeviceGetHandleByIndex_v2");
  load(library, f.by_uuid, "nvmlDeviceGetHandleByUUID");
  load(library, f.uuid, "nvmlDeviceGetUUID");
  load(library, f.name, "nvmlDeviceGetName");
  load(library, f.serial, "nvmlDeviceGetSerial");
  load(library, f.vbios, "nvmlDeviceGetVbiosVersion");
  load(library, f.pci_info, "nvmlDeviceGetPciInfo_v3");
  load(library, f.memory_info, "nvmlDeviceGetMemoryInfo");
  load(library, f.clock, "nvmlDeviceGetClockInfo");
  load(library, f.power, "nvmlDeviceGetPowerUsage");
  load(library, f.power_limit, "nvmlDeviceGetEnforcedPowerLimit");
  load(library, f.power_limit_default, "nvmlDeviceGetPowerManagementDefaultLimit");
  load(library, f.energy, "nvmlDeviceGetTotalEnergyConsumption");
  load(library, f.temperature, "nvmlDeviceGetTemperature");
  load(library, f.clock_reasons, "nvmlDeviceGetCurrentClocksEventReasons");
  // The older name of the same function; drivers of before 2023 have no other.
  if (f.clock_reasons == nullptr) load(library, f.clock_reasons, "nvmlDeviceGetCurrentClocksThrottleReasons");
  load(library, f.ecc_mode, "nvmlDeviceGetEccMode");
  load(library, f.ecc_errors, "nvmlDeviceGetTotalEccErrors");
  load(library, f.remapped_rows, "nvmlDeviceGetRemappedRows");
  load(library, f.retired_pages, "nvmlDeviceGetRetiredPages");
  load(library, f.pcie_generation, "nvmlDeviceGetCurrPcieLinkGeneration");
  load(library, f.pcie_width, "nvmlDeviceGetCurrPcieLinkWidth");
  load(library, f.pcie_replays, "nvmlDeviceGetPcieReplayCounter");
  load(library, f.fields, "nvmlDeviceGetFieldValues");
  load(library, f.is_part, "nvmlDeviceIsMigDeviceHandle");
  load(library, f.processes, "nvmlDeviceGetComputeRunningProcesses_v3");
  load(library, f.shared_processes, "nvmlDeviceGetMPSComputeRunningProcesses_v3");
  load(library, f.graphics_processes, "nvmlDeviceGetGraphicsRunningProcesses_v3");
  load(library, f.link_state, "nvmlDeviceGetNvLinkState");
  load(library, f.link_remote, "nvmlDeviceGetNvLinkRemotePciInfo_v2");
  load(library, f.link_remote_type, "nvmlDeviceGetNvLinkRemoteDeviceType");
  return f;
}

}  // namespace

Nvml::Nvml() {
  const SharedLibrary library(kNvmlLibrary);
  found_ = library.found();
  functions_ = load_functions(library);
  if (!found_) {
    problem_ = std::string(kNvmlLibrary) + " is not there";
  } else if (functions_.init == nullptr || functions_.count == nullptr || functions_.by_index == nullptr ||
             functions_.by_uuid == nullptr) {
    problem_ = std::string(kNvmlLibrary) + " lacks a function that every version has";
  } else if (const nvml::Return result = functions_.init(); result != nvml::kSuccess) {
    problem_ = "nvmlInit_v2: error " + std::to_string(result);
    found_ = result != nvml::kDriverNotLoaded;
  }
}

bool Nvml::succeeded(nvml::Return result) {
  if (result == nvml::kGpuIsLost)
    throw Failure(RP_DEVICE_LOST, "NVML: error 15, the device is lost; reading its state");
  return result == nvml::kSuccess;
}

std::optional<nvml::Device> Nvml::find(const std::string& uuid) const {
  nvml::Device device = nullptr;
  if (!available() || !succeeded(functions_.by_uuid(uuid.c_str(), &device))) return std::nullopt;
  return device;
}

nvml::Device Nvml::require(const std::string& uuid) const {
  if (!available()) throw Failure(RP_UNSUPPORTED, problem_);
  if (const auto device = find(uuid)) return *device;
  throw Failure(RP_UNSUPPORTED, "nvmlDeviceGetHandleByUUID: the management library knows no device " + uuid);
}

std::vector<nvml::Device> Nvml::devices() const {
  unsigned count = 0;
  if (!available()) return {};
  if (const nvml::Return result = functions_.count(&count); result != nvml::kSuccess)
    throw Failure(RP_FAILED, "nvmlDeviceGetCount_v2: error " + std::to_string(result));
  std::vector<nvml::Device> all(count);
  for (unsigned i = 0; i < count; ++i) {
    if (const nvml::Return result = functions_.by_index(i, &all[i]); result != nvml::kSuccess)
      throw Failure(
          result == nvml::kGpuIsLost ? RP_DEVICE_LOST : RP_FAILED,
          "nvmlDeviceGetHandleByIndex_v2: error " + std::to_string(result) + "; device " + std::to_string(i));
  }
  return all;
}

std::string Nvml::driver_version() const {
  char version[80] = "";
  if (!available() || functions_.driver_version == nullptr ||
      functions_.driver_version(version, sizeof version) != nvml::kSuccess)
    return "";
  return version;
}

std::string Nvml::text(nvml::Return (*function)(nvml::Device, char*, unsigned), nvml::Device device) const {
  char content[96] = "";
  if (function == nullptr || !succeeded(function(device, content, sizeof content))) return "";
  return content;
}

std::optional<double> Nvml::field(nvml::Device device, unsigned field, unsigned scope) const {
  nvml::FieldValue value{};
  value.field = field;
  value.scope = scope;
  value.result = nvml::kNotSupported;
  if (functions_.fields == nullptr || !succeeded(functions_.fields(device, 1, &value)) ||
      !succeeded(value.result))
    return std::nullopt;
  switch (value.type) {
    case nvml::kDouble:
      return value.value.real;
    case nvml::kUnsignedInt:
      return static_cast<double>(value.value.unsigned_int);
    case nvml::kUnsignedLong:
      return static_cast<double>(value.value.unsigned_long);
    case nvml::kUnsignedLongLong:
      return static_cast<double>(value.value.unsigned_long_long);
    case nvml::kSignedLongLong:
      return static_cast<double>(value.value.signed_long_long);
    case nvml::kSignedInt:
      return static_cast<double>(value.value.signed_int);
  }
  return std::nullopt;
}

std::optional<std::vector<unsigned>> Nvml::processes(nvml::Device device) const {
  const auto list = [&](auto* function) -> std::optional<std::vector<unsigned>> {
    if (function == nullptr) return std::nullopt;
    constexpr unsigned kMost = 256;
    std::vector<nvml::ProcessInfo> found(kMost);
    unsigned count = kMost;
    const nvml::Return result = function(device, &count, found.data());
    if (result == nvml::kInsufficientSize) {
      count = kMost;  // what was filled in is not said; that there are others is
    } else if (!succeeded(result)) {
      return std::nullopt;
    }
    std::vector<unsigned> ids;
    for (unsigned i = 0; i < count; ++i) ids.push_back(found[i].pid);
    return ids;
  };
  auto ids = list(functions_.processes);
  if (!ids) return std::nullopt;
  for (auto* const function : {functions_.shared_processes, functions_.graphics_processes}) {
    for (const unsigned id : list(function).value_or(std::vector<unsigned>{})) {
      if (std::ranges::find(*ids, id) == ids->end()) ids->push_back(id);
    }
  }
  return ids;
}

}  // namespace rackproof::cuda
