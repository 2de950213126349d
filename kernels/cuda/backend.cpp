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
#include "kernels/cuda/operations.hpp"

namespace rackproof::cuda {

Backend& backend() {
  static Backend* const state = new Backend;
  return *state;
}

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
    auto& devices = backend().devices;
    require(std::ranges::none_of(devices, [&](const auto& other) { return other->uuid == uuid; }),
            "the device is open already");
    const std::uint32_t index = find_device(uuid, library);
    require_free(read_facts(library, index, backend().contexts.contains(uuid)), uuid);
    backend().contexts.insert(uuid);
    devices.push_back(std::make_unique<rp_device>(index, read_device_info(index, library)));
    *device = devices.back().get();
  });
}

void device_close(rp_device* device) {
  if (device == nullptr) return;
  entry([&] {
    for (const auto& other : backend().devices) other->memory.dismiss(device->memory);
    std::erase_if(backend().devices, [&](const auto& open) { return open.get() == device; });
  });
}

rp_result memory_allocate(rp_device* device, std::uint64_t bytes, rp_memory* memory) {
  return entry([&] {
    require(device != nullptr && memory != nullptr, "an argument is NULL");
    device->make_current();
    *memory = device->memory.allocate(bytes);
  });
}

void memory_release(rp_device* device, rp_memory memory) {
  entry([&] {
    require(device != nullptr, "device is NULL");
    device->try_current();
    device->memory.release(memory, device->any_held());
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

/// Makes an object that the device owns.
template <class T>
rp_result create(rp_device* device, std::vector<std::unique_ptr<T>> rp_device::*all, T** made) {
  return entry([&] {
    require(device != nullptr && made != nullptr, "an argument is NULL");
    device->make_current();
    (device->*all).push_back(std::unique_ptr<T>(new T{device}));
    *made = (device->*all).back().get();
  });
}

rp_result stream_create(rp_device* device, rp_stream** stream) {
  return create(device, &rp_device::streams, stream);
}

void stream_destroy(rp_stream* stream) {
  if (stream == nullptr) return;
  entry([&] {
    rp_device& device = *stream->device;
    device.try_current();
    stream->stream.gates().open();
    const auto found =
        std::ranges::find_if(device.streams, [&](const auto& own) { return own.get() == stream; });
    device.ended_streams.push_back(std::move(*found));
    device.streams.erase(found);
    if (!device.any_held()) device.free_released();
  });
}

rp_result event_create(rp_device* device, rp_event** event) {
  return create(device, &rp_device::events, event);
}

void event_destroy(rp_event* event) {
  if (event == nullptr) return;
  entry([&] {
    rp_device& device = *event->device;
    device.try_current();
    std::erase_if(device.events, [&](const auto& own) { return own.get() == event; });
  });
}

/// Runs the body with the stream's device as the current one.
template <class Body>
rp_result on(rp_stream* stream, bool arguments, Body&& body) {
  return entry([&] {
    require(stream != nullptr && arguments, "an argument is NULL");
    stream->device->make_current();
    body(*stream->device, stream->stream);
  });
}

rp_result stream_sync(rp_stream* stream) {
  return on(stream, true, [](rp_device&, Stream& own) { own.sync(); });
}

rp_result stream_hold(rp_stream* stream) {
  return on(stream, true, [](rp_device&, Stream& own) { own.gates().close(own.get()); });
}

rp_result stream_release(rp_stream* stream) {
  return on(stream, true, [](rp_device& device, Stream& own) {
    require(own.gates().closed(), "the stream is not held");
    own.gates().open();
    if (!device.any_held()) device.free_released();
  });
}

rp_result event_record(rp_event* event, rp_stream* stream) {
  return on(stream, event != nullptr, [&](rp_device&, Stream& own) { event->event.record(own.get()); });
}

rp_result event_elapsed_ns(rp_event* begin, rp_event* end, std::int64_t* elapsed_ns,
                           std::int64_t* resolution_ns) {
  return entry([&] {
    require(begin != nullptr && end != nullptr && elapsed_ns != nullptr, "an argument is NULL");
    begin->device->make_current();
    const Elapsed time = elapsed(begin->event, end->event);
    *elapsed_ns = time.ns;
    if (resolution_ns != nullptr) *resolution_ns = time.resolution_ns;
  });
}

rp_result enqueue_write(rp_stream* stream, rp_memory to, const void* from, std::uint64_t bytes) {
  return on(stream, from != nullptr || bytes == 0,
            [&](rp_device& device, Stream& own) { write(device, own, to, from, bytes); });
}

rp_result enqueue_read(rp_stream* stream, void* to, rp_memory from, std::uint64_t bytes) {
  return on(stream, to != nullptr || bytes == 0,
            [&](rp_device& device, Stream& own) { read(device, own, to, from, bytes); });
}

rp_result enqueue_copy(rp_stream* stream, rp_memory to, rp_memory from, std::uint64_t bytes) {
  return on(stream, true, [&](rp_device& device, Stream& own) { copy(device, own, to, from, bytes); });
}

rp_result host_allocate(rp_device* device, std::uint64_t bytes, void** host) {
  return entry([&] {
    require(device != nullptr && host != nullptr, "an argument is NULL");
    device->make_current();
    *host = device->pinned.allocate(bytes);
  });
}

void host_release(rp_device* device, void* host) {
  entry([&] {
    require(device != nullptr, "device is NULL");
    device->try_current();
    device->pinned.release(host, device->any_held());
  });
}

rp_result op_query(rp_device* device, rp_op op, rp_dtype dtype, const void* params, std::size_t params_size,
                   rp_op_facts* facts) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    device->make_current();
    query(*device, op, dtype, params, params_size, facts);
  });
}

rp_result op_enqueue(rp_stream* stream, rp_op op, rp_dtype dtype, const void* params,
                     std::size_t params_size) {
  return entry([&] {
    require(stream != nullptr, "stream is NULL");
    stream->device->make_current();
    enqueue(*stream, op, dtype, params, params_size);
  });
}

rp_result telemetry(rp_device* device, rp_telemetry* telemetry) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    require_size(telemetry);
    *telemetry = read_telemetry(nvml(), device->uuid);
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
  entries.implementation = "own kernels + cuBLASLt + NCCL";
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
  entries.stream_create = stream_create;
  entries.stream_destroy = stream_destroy;
  entries.stream_sync = stream_sync;
  entries.event_create = event_create;
  entries.event_destroy = event_destroy;
  entries.event_record = event_record;
  entries.event_elapsed_ns = event_elapsed_ns;
  entries.telemetry = telemetry;
  entries.op_query = op_query;
  entries.op_enqueue = op_enqueue;
  entries.last_error = last_error;
  entries.present_count = present_count;
  entries.present_info = present_info;
  entries.device_facts = device_facts;
  entries.counters = counters;
  entries.link = link;
  entries.host_allocate = host_allocate;
  entries.host_release = host_release;
  entries.enqueue_write = enqueue_write;
  entries.enqueue_read = enqueue_read;
  entries.enqueue_copy = enqueue_copy;
  entries.stream_hold = stream_hold;
  entries.stream_release = stream_release;
  add_collectives(entries);
  return entries;
}

}  // namespace
}  // namespace rackproof::cuda

extern "C" RP_EXPORT const rp_backend* rackproof_backend() {
  static const rp_backend kTable = rackproof::cuda::table();
  return &kTable;
}
