// The CUDA backend behind the C interface.
#include <algorithm>
#include <cstdlib>
#include <limits>

#include "kernels/cuda/communicator.hpp"
#include "kernels/cuda/copies.hpp"
#include "kernels/cuda/device_list.hpp"
#include "kernels/cuda/device_state.hpp"
#include "kernels/cuda/entry.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/inventory.hpp"
#include "kernels/cuda/stream_entries.hpp"

namespace rackproof::cuda {

namespace {

const Nvml& nvml() {
  require(backend().is_open, "open() comes first");
  return *backend().nvml;
}

/// What changes the meaning of a figure, or hangs a stream that is held, when the environment sets it.
void settle_environment() {
  // Loading a kernel when it is first launched can wait for the device, which waits for the gate of a stream that is held.
  setenv("CUDA_MODULE_LOADING", "EAGER", 1);
  setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 1);  // as the driver's own list, not the fastest first
  for (const char* variable :
       {"CUDA_LAUNCH_BLOCKING", "NVIDIA_TF32_OVERRIDE", "CUBLAS_EMULATE_SINGLE_PRECISION",
        "CUBLAS_EMULATE_DOUBLE_PRECISION", "CUBLAS_EMULATION_STRATEGY"})
    unsetenv(variable);
}

rp_result open_backend(const char* options) {
  return entry([&] {
    if (options != nullptr && *options != '\0')
      throw kernels::Failure(RP_INVALID,
                             std::string("the CUDA backend takes no options, not \"") + options + "\"");
    if (backend().is_open) return;
    settle_environment();
    backend().nvml = std::make_unique<Nvml>();
    backend().is_open = true;
  });
}

rp_result device_count(std::uint32_t* count) {
  return entry([&] {
    require(count != nullptr, "count is NULL");
    require(backend().is_open, "open() comes first");
    const DeviceCount found = count_devices();
    *count = found.count;
    backend().error.set(found.reason.c_str());
  });
}

rp_result device_info(std::uint32_t index, rp_device_info* info) {
  return entry([&] {
    require_size(info);
    const Nvml& library = nvml();
    require(index < count_devices().count, "no such device");
    *info = read_device_info(index, library);
  });
}

rp_result device_open(const char* uuid, rp_device** device) {
  return entry([&] {
    require(uuid != nullptr && device != nullptr, "an argument is NULL");
    const Nvml& library = nvml();
    backend().require_none_held("device_open");
    auto& devices = backend().devices;
    require(std::ranges::none_of(devices, [&](const auto& other) { return other->uuid == uuid; }),
            "the device is open already");
    const std::uint32_t index = find_device(uuid, library);
    require_free(library, index, backend().contexts.contains(uuid), backend().process_patience);
    check(cudaSetDevice(static_cast<int>(index)), "cudaSetDevice", "the context of a device");
    backend().contexts.insert(uuid);
    devices.push_back(std::make_unique<rp_device>(index, read_device_info(index, library)));
    *device = devices.back().get();
  });
}

void device_close(rp_device* device) {
  if (device == nullptr) return;
  entry([&] {
    // Before anything is freed: that waits for every stream of the device.
    for (const auto& stream : device->streams) stream->stream.gates().open();
    auto& devices = backend().devices;
    for (const auto& other : devices) other->memory.dismiss(device->memory);
    const auto found = std::ranges::find_if(devices, [&](const auto& open) { return open.get() == device; });
    auto closed = std::move(*found);
    devices.erase(found);
    backend().end(std::move(closed));
  });
}

rp_result memory_allocate(rp_device* device, std::uint64_t bytes, rp_memory* memory) {
  return entry([&] {
    require(device != nullptr && memory != nullptr, "an argument is NULL");
    backend().require_none_held("memory_allocate");
    device->make_current();
    *memory = device->memory.allocate(bytes);
  });
}

void memory_release(rp_device* device, rp_memory memory) {
  entry([&] {
    require(device != nullptr, "device is NULL");
    device->memory.release(memory);
    backend().free_ended();
  });
}

/// A copy on the device's own stream, complete on return.
template <class Copy>
rp_result wait_for(rp_device* device, bool arguments, Copy&& copy) {
  return entry([&] {
    require(device != nullptr && arguments, "an argument is NULL");
    device->make_current();
    copy(*device, *device->copies);
    device->copies->sync();
  });
}

rp_result memory_write(rp_device* device, rp_memory to, const void* from, std::uint64_t bytes) {
  return wait_for(device, from != nullptr || bytes == 0,
                  [&](rp_device& on, Stream& stream) { write(on, stream, to, from, bytes); });
}

rp_result memory_read(rp_device* device, void* to, rp_memory from, std::uint64_t bytes) {
  return wait_for(device, to != nullptr || bytes == 0,
                  [&](rp_device& on, Stream& stream) { read(on, stream, to, from, bytes); });
}

rp_result memory_fill(rp_device* device, rp_memory to, unsigned char byte, std::uint64_t bytes) {
  return wait_for(device, true, [&](rp_device& on, Stream& stream) { fill(on, stream, to, byte, bytes); });
}

rp_result peer_open(rp_device* device, rp_device* owner) {
  return entry([&] {
    require(device != nullptr && owner != nullptr, "a device is NULL");
    require(device != owner, "a device is no peer of itself");
    backend().require_none_held("peer_open");
    int possible = 0;
    check(cudaDeviceCanAccessPeer(&possible, device->index, owner->index), "cudaDeviceCanAccessPeer",
          "whether a device may use the memory of another");
    if (possible == 0)
      throw kernels::Failure(RP_UNSUPPORTED,
                             "device " + device->uuid + " cannot reach the memory of " + owner->uuid);
    device->make_current();
    const cudaError_t error = cudaDeviceEnablePeerAccess(owner->index, 0);
    if (error == cudaErrorPeerAccessAlreadyEnabled) {
      cudaGetLastError();
    } else {
      check(error, "cudaDeviceEnablePeerAccess", "access to the memory of another device");
    }
    device->memory.admit(owner->memory);
  });
}

rp_result host_allocate(rp_device* device, std::uint64_t bytes, void** host) {
  return entry([&] {
    require(device != nullptr && host != nullptr, "an argument is NULL");
    backend().require_none_held("host_allocate");
    device->make_current();
    *host = device->pinned.allocate(bytes);
  });
}

void host_release(rp_device* device, void* host) {
  entry([&] {
    require(device != nullptr, "device is NULL");
    device->pinned.release(host);
    backend().free_ended();
  });
}

rp_result telemetry(rp_device* device, rp_telemetry* telemetry) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    require_size(telemetry);
    *telemetry = read_telemetry(nvml(), device->uuid);
  });
}

rp_result present_telemetry(std::uint32_t index, rp_telemetry* telemetry) {
  return entry([&] {
    require_size(telemetry);
    *telemetry = read_present_telemetry(nvml(), index);
  });
}

rp_result counters(rp_device* device, rp_counter* counters, std::uint32_t capacity, std::uint32_t* count) {
  return entry([&] {
    require(device != nullptr && count != nullptr && (counters != nullptr || capacity == 0),
            "an argument is NULL");
    const auto all = read_counters(nvml(), device->uuid);
    std::copy_n(all.begin(), std::min<std::size_t>(capacity, all.size()), counters);
    *count = static_cast<std::uint32_t>(all.size());
  });
}

rp_result present_count(std::uint32_t* count) {
  return entry([&] {
    require(count != nullptr, "count is NULL");
    *count = count_present(nvml());
  });
}

rp_result present_info(std::uint32_t index, rp_device_info* info) {
  return entry([&] {
    require_size(info);
    *info = read_present(nvml(), index);
  });
}

rp_result device_facts(std::uint32_t index, rp_device_facts* facts) {
  return entry([&] {
    require_size(facts);
    const Nvml& library = nvml();
    require(index < count_devices().count, "no such device");
    *facts = read_facts(library, index, backend().contexts.contains(uuid_of_device(index, library)));
  });
}

rp_result link(rp_device* device, rp_device* other, rp_link* link) {
  return entry([&] {
    require(device != nullptr && other != nullptr && device != other, "a link is between two devices");
    require_size(link);
    *link = read_link(nvml(), device->index, device->uuid, other->index, other->uuid);
  });
}

const char* last_error() { return backend().error.get(); }

rp_backend table() {
  rp_backend entries{};
  entries.struct_size = sizeof entries;
  entries.abi_major = RP_ABI_MAJOR;
  entries.abi_minor = RP_ABI_MINOR;
  entries.name = RACKPROOF_CUDA_NAME;
  entries.version = RACKPROOF_VERSION;
  entries.implementation = "portable";  // op_query tells of what the vendor's library does
  entries.pci_vendor = RACKPROOF_CUDA_PCI_VENDOR;
  entries.open = open_backend;
  entries.device_count = device_count;
  entries.device_info = device_info;
  entries.device_open = device_open;
  entries.device_close = device_close;
  entries.memory_allocate = memory_allocate;
  entries.memory_release = memory_release;
  entries.memory_write = memory_write;
  entries.memory_read = memory_read;
  entries.memory_fill = memory_fill;
  entries.peer_open = peer_open;
  entries.telemetry = telemetry;
  entries.last_error = last_error;
  entries.present_count = present_count;
  entries.present_info = present_info;
  entries.present_telemetry = present_telemetry;
  entries.device_facts = device_facts;
  entries.counters = counters;
  entries.link = link;
  entries.host_allocate = host_allocate;
  entries.host_release = host_release;
  add_streams(entries);
  add_collectives(entries);
  return entries;
}

}  // namespace
}  // namespace rackproof::cuda

extern "C" RP_EXPORT const rp_backend* rackproof_backend() {
  static const rp_backend kTable = rackproof::cuda::table();
  return &kTable;
}
