// The fake's libnvidia-ml.so.1.
#include <cstdio>
#include <cstring>

#include "kernels/cuda/nvml_api.hpp"
#include "tests/cuda/runtime/libraries.hpp"
#include "tests/cuda/runtime/state.hpp"

namespace rackproof::fake {

NvmlState& nvml() {
  static NvmlState state;
  return state;
}

namespace {

using cuda::nvml::Device;
using cuda::nvml::FieldValue;
using cuda::nvml::MemoryInfo;
using cuda::nvml::PciInfo;
using cuda::nvml::ProcessInfo;
using cuda::nvml::Return;

constexpr unsigned kLinks = 4;

Return planned(const char* function) {
  return static_cast<Return>(fake::planned(function, cuda::nvml::kGpuIsLost));
}

#define FAKE_NVML() \
  if (const Return result = planned(__func__); result != cuda::nvml::kSuccess) return result

unsigned count() { return static_cast<unsigned>(configuration().devices) + nvml().hidden_devices; }

// A device is its index and 1, so that none is NULL.
Device device_of(unsigned index) { return reinterpret_cast<Device>(std::uintptr_t{index} + 1); }
unsigned index_of(Device device) {
  return static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(device) - 1);
}

Return put(char* to, unsigned size, const char* text) {
  std::snprintf(to, size, "%s", text);
  return cuda::nvml::kSuccess;
}

void name_device(unsigned index, char (&to)[64]) {
  std::snprintf(to, sizeof to, "%s-a0a1a2a3-a4a5-a6a7-a8a9-aaabacadae%02x", nvml().part ? "MIG" : "GPU",
                index);
}

template <class T>
Return give(T* to, T value) {
  *to = value;
  return cuda::nvml::kSuccess;
}

Return nvmlInit_v2() {
  FAKE_NVML();
  return cuda::nvml::kSuccess;
}
Return nvmlSystemGetDriverVersion(char* to, unsigned size) {
  FAKE_NVML();
  return put(to, size, "580.00");
}
Return nvmlDeviceGetCount_v2(unsigned* to) {
  FAKE_NVML();
  return give(to, count());
}
Return nvmlDeviceGetHandleByIndex_v2(unsigned index, Device* device) {
  FAKE_NVML();
  return index < count() ? give(device, device_of(index)) : cuda::nvml::kNotFound;
}
Return nvmlDeviceGetHandleByUUID(const char* uuid, Device* device) {
  FAKE_NVML();
  for (unsigned index = 0; index < count(); ++index) {
    char name[64];
    name_device(index, name);
    if (std::strcmp(name, uuid) == 0) return give(device, device_of(index));
  }
  return cuda::nvml::kNotFound;
}
Return nvmlDeviceGetUUID(Device device, char* to, unsigned size) {
  FAKE_NVML();
  char name[64];
  name_device(index_of(device), name);
  return put(to, size, name);
}
Return nvmlDeviceGetName(Device, char* to, unsigned size) {
  FAKE_NVML();
  return put(to, size, nvml().part ? "Emulated part" : "Emulated device");
}
Return nvmlDeviceGetSerial(Device, char* to, unsigned size) {
  FAKE_NVML();
  return put(to, size, "1650123456789");
}
Return nvmlDeviceGetVbiosVersion(Device, char* to, unsigned size) {
  FAKE_NVML();
  return put(to, size, "96.00.00.00.01");
}

void describe(unsigned index, PciInfo& to) {
  to = {};
  to.domain = configuration().pci_domain;
  to.bus = 0x3b + index;
  std::snprintf(to.bus_id, sizeof to.bus_id, "%08X:%02X:00.0", to.domain, to.bus);
}

Return nvmlDeviceGetPciInfo_v3(Device device, PciInfo* to) {
  FAKE_NVML();
  describe(index_of(device), *to);
  return cuda::nvml::kSuccess;
}
Return nvmlDeviceGetMemoryInfo(Device, MemoryInfo* to) {
  FAKE_NVML();
  return give(to, MemoryInfo{configuration().bytes, configuration().bytes, 0});
}
Return nvmlDeviceGetClockInfo(Device, int clock, unsigned* to) {
  FAKE_NVML();
  return give(to, clock == cuda::nvml::kClockSm ? 1500u : 1000u);  // MHz
}
Return nvmlDeviceGetPowerUsage(Device, unsigned* to) {
  FAKE_NVML();
  return give(to, 123'000u);  // mW
}
Return nvmlDeviceGetEnforcedPowerLimit(Device, unsigned* to) {
  FAKE_NVML();
  return give(to, 700'000u);
}
Return nvmlDeviceGetPowerManagementDefaultLimit(Device, unsigned* to) {
  FAKE_NVML();
  return give(to, 650'000u);
}
Return nvmlDeviceGetTotalEnergyConsumption(Device, unsigned long long* to) {
  FAKE_NVML();
  return give(to, 5'000'000ull);  // mJ
}
Return nvmlDeviceGetTemperature(Device, int, unsigned* to) {
  FAKE_NVML();
  return give(to, 40u);  // °C
}
Return nvmlDeviceGetCurrentClocksEventReasons(Device, unsigned long long* to) {
  FAKE_NVML();
  return give(to, nvml().clock_reasons);
}
Return nvmlDeviceGetCurrentClocksThrottleReasons(Device, unsigned long long* to) {
  FAKE_NVML();
  return give(to, nvml().clock_reasons);
}
Return nvmlDeviceGetEccMode(Device, int* current, int* pending) {
  FAKE_NVML();
  *pending = 0;
  return give(current, 1);
}
Return nvmlDeviceGetTotalEccErrors(Device, int type, int since, unsigned long long* to) {
  FAKE_NVML();
  return give(to, static_cast<unsigned long long>(1 + type + 10 * since));
}
Return nvmlDeviceGetRemappedRows(Device, unsigned* corrected, unsigned* uncorrected, unsigned* pending,
                                 unsigned* failed) {
  FAKE_NVML();
  *corrected = 3;
  *uncorrected = 1;
  *pending = 1;
  return give(failed, 0u);
}
Return nvmlDeviceGetRetiredPages(Device, int cause, unsigned* pages, unsigned long long*) {
  FAKE_NVML();
  *pages = cause == 0 ? 4u : 5u;
  return cuda::nvml::kInsufficientSize;
}
Return nvmlDeviceGetCurrPcieLinkGeneration(Device, unsigned* to) {
  FAKE_NVML();
  return give(to, 5u);
}
Return nvmlDeviceGetCurrPcieLinkWidth(Device, unsigned* to) {
  FAKE_NVML();
  return give(to, 16u);
}
Return nvmlDeviceGetPcieReplayCounter(Device, unsigned* to) {
  FAKE_NVML();
  return give(to, 2u);
}

Return nvmlDeviceGetFieldValues(Device, int number, FieldValue* values) {
  FAKE_NVML();
  for (int i = 0; i < number; ++i) {
    FieldValue& value = values[i];
    const unsigned answer = value.field + 1000 * value.scope;  // tells which one was asked for
    value.result = cuda::nvml::kSuccess;
    value.type = static_cast<cuda::nvml::ValueType>(nvml().value_type);
    switch (nvml().value_type) {
      case cuda::nvml::kDouble:
        value.value.real = answer;
        break;
      case cuda::nvml::kUnsignedInt:
        value.value.unsigned_int = answer;
        break;
      case cuda::nvml::kUnsignedLong:
        value.value.unsigned_long = answer;
        break;
      case cuda::nvml::kSignedLongLong:
        value.value.signed_long_long = answer;
        break;
      case cuda::nvml::kSignedInt:
        value.value.signed_int = static_cast<int>(answer);
        break;
      default:
        value.value.unsigned_long_long = answer;
    }
  }
  return cuda::nvml::kSuccess;
}

Return nvmlDeviceIsMigDeviceHandle(Device, unsigned* to) {
  FAKE_NVML();
  return give(to, nvml().part ? 1u : 0u);
}
Return list(const std::vector<unsigned>& all, unsigned* number, ProcessInfo* to) {
  for (unsigned i = 0; i < *number && i < all.size(); ++i) to[i] = {all[i], 0, ~0u, ~0u};
  if (nvml().processes_overflow) return cuda::nvml::kInsufficientSize;
  return give(number, static_cast<unsigned>(all.size()));
}
Return nvmlDeviceGetComputeRunningProcesses_v3(Device, unsigned* number, ProcessInfo* to) {
  FAKE_NVML();
  if (nvml().ending_after-- == 0) nvml().processes = nvml().shared_processes = nvml().graphics_processes = {};
  return list(nvml().processes, number, to);
}
Return nvmlDeviceGetMPSComputeRunningProcesses_v3(Device, unsigned* number, ProcessInfo* to) {
  FAKE_NVML();
  return list(nvml().shared_processes, number, to);
}
Return nvmlDeviceGetGraphicsRunningProcesses_v3(Device, unsigned* number, ProcessInfo* to) {
  FAKE_NVML();
  return list(nvml().graphics_processes, number, to);
}
Return nvmlDeviceGetNvLinkState(Device, unsigned link, int* to) {
  FAKE_NVML();
  if (link >= kLinks) return cuda::nvml::kNotSupported;
  return give(to, nvml().any_links ? 1 : 0);
}
Return nvmlDeviceGetNvLinkRemotePciInfo_v2(Device device, unsigned link, PciInfo* to) {
  FAKE_NVML();
  // Links 2 and 3 lead to the neighbour, the others elsewhere.
  describe(nvml().direct_links && link >= 2 ? index_of(device) ^ 1u : 100, *to);
  return cuda::nvml::kSuccess;
}
Return nvmlDeviceGetNvLinkRemoteDeviceType(Device, unsigned, int* to) {
  FAKE_NVML();
  return give(to, nvml().direct_links ? 0 : cuda::nvml::kRemoteIsSwitch);
}

#define FAKE_SYMBOL(function) \
  { #function, reinterpret_cast < void*>(&function) }

}  // namespace

std::span<const Symbol> nvml_symbols() {
  static const Symbol kSymbols[] = {FAKE_SYMBOL(nvmlInit_v2),
                                    FAKE_SYMBOL(nvmlSystemGetDriverVersion),
                                    FAKE_SYMBOL(nvmlDeviceGetCount_v2),
                                    FAKE_SYMBOL(nvmlDeviceGetHandleByIndex_v2),
                                    FAKE_SYMBOL(nvmlDeviceGetHandleByUUID),
                                    FAKE_SYMBOL(nvmlDeviceGetUUID),
                                    FAKE_SYMBOL(nvmlDeviceGetName),
                                    FAKE_SYMBOL(nvmlDeviceGetSerial),
                                    FAKE_SYMBOL(nvmlDeviceGetVbiosVersion),
                                    FAKE_SYMBOL(nvmlDeviceGetPciInfo_v3),
                                    FAKE_SYMBOL(nvmlDeviceGetMemoryInfo),
                                    FAKE_SYMBOL(nvmlDeviceGetClockInfo),
                                    FAKE_SYMBOL(nvmlDeviceGetPowerUsage),
                                    FAKE_SYMBOL(nvmlDeviceGetEnforcedPowerLimit),
                                    FAKE_SYMBOL(nvmlDeviceGetPowerManagementDefaultLimit),
                                    FAKE_SYMBOL(nvmlDeviceGetTotalEnergyConsumption),
                                    FAKE_SYMBOL(nvmlDeviceGetTemperature),
                                    FAKE_SYMBOL(nvmlDeviceGetCurrentClocksEventReasons),
                                    FAKE_SYMBOL(nvmlDeviceGetCurrentClocksThrottleReasons),
                                    FAKE_SYMBOL(nvmlDeviceGetEccMode),
                                    FAKE_SYMBOL(nvmlDeviceGetTotalEccErrors),
                                    FAKE_SYMBOL(nvmlDeviceGetRemappedRows),
                                    FAKE_SYMBOL(nvmlDeviceGetRetiredPages),
                                    FAKE_SYMBOL(nvmlDeviceGetCurrPcieLinkGeneration),
                                    FAKE_SYMBOL(nvmlDeviceGetCurrPcieLinkWidth),
                                    FAKE_SYMBOL(nvmlDeviceGetPcieReplayCounter),
                                    FAKE_SYMBOL(nvmlDeviceGetFieldValues),
                                    FAKE_SYMBOL(nvmlDeviceIsMigDeviceHandle),
                                    FAKE_SYMBOL(nvmlDeviceGetComputeRunningProcesses_v3),
                                    FAKE_SYMBOL(nvmlDeviceGetMPSComputeRunningProcesses_v3),
                                    FAKE_SYMBOL(nvmlDeviceGetGraphicsRunningProcesses_v3),
                                    FAKE_SYMBOL(nvmlDeviceGetNvLinkState),
                                    FAKE_SYMBOL(nvmlDeviceGetNvLinkRemotePciInfo_v2),
                                    FAKE_SYMBOL(nvmlDeviceGetNvLinkRemoteDeviceType)};
  return kSymbols;
}

}  // namespace rackproof::fake
