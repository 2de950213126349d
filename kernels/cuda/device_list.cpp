#include "kernels/cuda/device_list.hpp"

#include <cuda_runtime_api.h>

#include <cstdio>
#include <optional>

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/nvml.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {
namespace {

/// How the name of a part of a device begins.
constexpr const char* kPart = "MIG-";
/// cudaDevAttrHostNumaId, which headers before CUDA 12.2 do not name.
constexpr auto kHostNumaNode = static_cast<cudaDeviceAttr>(134);

cudaDeviceProp properties_of(std::uint32_t index) {
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, static_cast<int>(index)), "cudaGetDeviceProperties",
        "the properties of a device");
  return properties;
}

/// 8-4-4-4-12 hexadecimal digits.
std::string digits_of(const cudaUUID_t& uuid) {
  std::string text;
  for (int i = 0; i < 16; ++i) {
    char byte[4];
    std::snprintf(byte, sizeof byte, "%02x",
                  static_cast<unsigned>(static_cast<unsigned char>(uuid.bytes[i])));
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += byte;
  }
  return text;
}

std::string name_of(const cudaDeviceProp& properties, const Nvml& nvml) {
  const std::string digits = digits_of(properties.uuid);
  const bool part = !nvml.find("GPU-" + digits) && nvml.find(kPart + digits);
  return (part ? kPart : "GPU-") + digits;
}

/// Nothing when the driver does not tell. `what`: of an error.
std::optional<int> attribute(std::uint32_t index, cudaDeviceAttr which, const char* what) {
  int value = 0;
  const cudaError_t error = cudaDeviceGetAttribute(&value, which, static_cast<int>(index));
  if (error == cudaErrorNotSupported || error == cudaErrorInvalidValue) {
    cudaGetLastError();
    return std::nullopt;
  }
  check(error, "cudaDeviceGetAttribute", what);
  return value;
}

/// Two transfers per clock of the memory on each line of its bus; 0 when the driver does not tell. What is told of a part is its
/// device's.
double peak_bandwidth(std::uint32_t index, const cudaDeviceProp& properties, bool part) {
  if (part) return 0;
  const int kilohertz = attribute(index, cudaDevAttrMemoryClockRate, "the memory clock").value_or(0);
  return 2.0 * 1e3 * kilohertz * properties.memoryBusWidth / 8.0;
}

}  // namespace

DeviceCount count_devices() {
  int count = 0;  // stays as it is when the call fails
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error == cudaErrorInsufficientDriver || error == cudaErrorNoDevice) {
    cudaGetLastError();
    return {0, text_of(error, "cudaGetDeviceCount", "the number of devices")};
  }
  check(error, "cudaGetDeviceCount", "the number of devices");
  return {static_cast<std::uint32_t>(count), ""};
}

std::string uuid_of_device(std::uint32_t index, const Nvml& nvml) {
  return name_of(properties_of(index), nvml);
}

std::string pci_address(unsigned domain, unsigned bus, unsigned device) {
  char text[24];
  std::snprintf(text, sizeof text, "%04x:%02x:%02x.0", domain, bus & 0xFF, device & 0xFF);
  return text;
}

rp_device_info read_device_info(std::uint32_t index, const Nvml& nvml) {
  const cudaDeviceProp properties = properties_of(index);
  rp_device_info info{};
  info.struct_size = sizeof info;
  const std::string uuid = name_of(properties, nvml);
  std::snprintf(info.uuid, sizeof info.uuid, "%s", uuid.c_str());
  const std::string address =
      pci_address(static_cast<unsigned>(properties.pciDomainID), static_cast<unsigned>(properties.pciBusID),
                  static_cast<unsigned>(properties.pciDeviceID));
  std::snprintf(info.pci_address, sizeof info.pci_address, "%s", address.c_str());
  std::snprintf(info.model, sizeof info.model, "%.95s", properties.name);
  if (const auto handle = nvml.find(uuid)) {
    std::snprintf(info.serial, sizeof info.serial, "%s", nvml.serial(*handle).c_str());
  }
  info.memory_bytes = properties.totalGlobalMem;
  info.emulated = RACKPROOF_CUDA_EMULATED;
  info.cache_bytes = static_cast<std::uint64_t>(properties.l2CacheSize);
  // L1 shares its memory with what kernels call shared memory, in a ratio of the driver's choice: unknown.
  info.cache_level_bytes[1] = info.cache_level_total_bytes[1] = info.cache_bytes;
  info.peak_bandwidth = peak_bandwidth(index, properties, uuid.starts_with(kPart));
  info.compute_units = static_cast<std::uint32_t>(properties.multiProcessorCount);
  const int node = attribute(index, kHostNumaNode, "the NUMA node of the host").value_or(-1);
  info.numa_node = node < 0 ? 0 : static_cast<std::uint32_t>(node);
  return info;
}

std::uint32_t find_device(const std::string& uuid, const Nvml& nvml) {
  const std::uint32_t count = count_devices().count;
  for (std::uint32_t index = 0; index < count; ++index) {
    if (uuid_of_device(index, nvml) == uuid) return index;
  }
  throw kernels::Failure(RP_INVALID, "no device " + uuid);
}

}  // namespace rackproof::cuda
