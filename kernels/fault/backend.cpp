// The fault backend behind the C interface: lazy streams, up to two devices, everything wrong that `options`
// asks for.
#include <time.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "kernels/fault/copies.hpp"
#include "kernels/fault/entry.hpp"
#include "kernels/fault/kernels.hpp"
#include "kernels/fault/present_telemetry.hpp"
#include "kernels/philox.h"

namespace rackproof::fault {

Backend& backend() {
  static Backend* const state = new Backend;
  return *state;
}

namespace {

using kernels::Failure;

std::string uuid_of(std::uint32_t index) { return "fault-" + std::to_string(index); }

/// May be called again, with other options, while no device is open.
rp_result open_backend(const char* options) {
  return entry([&] {
    require(backend().devices.empty(), "a device is open");
    backend().options = parse_options(options != nullptr ? options : "");
    const std::uint64_t seed = backend().options.seed_given ? backend().options.seed : std::random_device{}();
    backend().launch_offset = 2.0 * std::exp(backend().options.sigma * kernels::normal<double>(seed, 1, 0));
    backend().is_open = true;
  });
}

/// UUIDs of the devices that this process may use, or of all of them.
std::vector<std::string> uuids(bool all) {
  require(backend().is_open, "open() comes first");
  const Options& options = backend().options;
  std::vector<std::string> named;
  for (std::uint32_t index = 0; index < options.devices; ++index) {
    const std::string uuid = uuid_of(index);
    if (all || options.fault != Fault::hidden || options.device != uuid) named.push_back(uuid);
  }
  return named;
}

rp_result count(bool all, std::uint32_t* count) {
  return entry([&] {
    require(count != nullptr, "count is NULL");
    *count = static_cast<std::uint32_t>(uuids(all).size());
  });
}

rp_result describe(bool all, std::uint32_t index, rp_device_info* info) {
  return entry([&] {
    require(info != nullptr && info->struct_size >= sizeof *info, "info is NULL or of an older version");
    const auto named = uuids(all);
    require(index < named.size(), "no such device");
    rp_device_info facts{};
    facts.struct_size = sizeof facts;
    std::snprintf(facts.uuid, sizeof facts.uuid, "%s", named[index].c_str());
    std::snprintf(facts.model, sizeof facts.model, "fault-device");
    facts.memory_bytes = DeviceMemory::kCapacity;
    facts.cache_bytes = 1u << 20;
    facts.peak_bandwidth = backend().options.peak_bandwidth;
    facts.compute_units = 1;
    facts.emulated = 1;
    *info = facts;
  });
}

rp_result device_count(std::uint32_t* devices) { return count(false, devices); }
rp_result device_info(std::uint32_t index, rp_device_info* info) { return describe(false, index, info); }
rp_result present_count(std::uint32_t* devices) { return count(true, devices); }
rp_result present_info(std::uint32_t index, rp_device_info* info) { return describe(true, index, info); }

rp_result present_telemetry(std::uint32_t index, rp_telemetry* telemetry) {
  return entry([&] {
    require(telemetry != nullptr && telemetry->struct_size >= sizeof *telemetry,
            "telemetry is NULL or of an older version");
    const auto named = uuids(true);
    require(index < named.size(), "no such device");
    auto& count = backend().present_readings[index];
    *telemetry = read_present_telemetry(backend().options, named[index], count++);
  });
}

rp_result device_open(const char* uuid, rp_device** device) {
  return entry([&] {
    require(backend().is_open, "open() comes first");
    require(uuid != nullptr && device != nullptr, "an argument is NULL");
    for (const auto& other : backend().devices)
      require(other->faulty.uuid() != uuid, "the device is open already");
    const auto named = uuids(false);
    if (std::ranges::find(named, uuid) == named.end())
      throw Failure(RP_INVALID, std::string("no device ") + uuid);
    const Options& options = backend().options;
    if (options.fault == Fault::held && (options.device.empty() || options.device == uuid))
      throw Failure(RP_UNSUPPORTED, std::string(uuid) + ": process 4711 is on it");
    if (options.compute_mode == "prohibited")
      throw Failure(RP_UNSUPPORTED,
                    std::string(uuid) + ": its compute mode, prohibited, lets no process use it");
    backend().devices.push_back(std::unique_ptr<rp_device>(
        new rp_device{FaultyDevice(uuid, backend().options, backend().launch_offset)}));
    *device = backend().devices.back().get();
  });
}

void device_close(rp_device* device) {
  if (device == nullptr) return;
  entry([&] {
    for (const auto& other : backend().devices) other->faulty.memory().dismiss(device->faulty.memory());
    std::erase_if(backend().devices, [&](const auto& open) { return open.get() == device; });
  });
}

rp_result memory_allocate(rp_device* device, std::uint64_t bytes, rp_memory* memory) {
  return entry([&] {
    require(device != nullptr && memory != nullptr, "an argument is NULL");
    if (device->faulty.has(Fault::oom) && bytes > device->faulty.options().above) {
      throw Failure(RP_OUT_OF_MEMORY, "out of memory on demand");
    }
    *memory = device->faulty.memory().allocate(bytes);
  });
}

void memory_release(rp_device* device, rp_memory memory) {
  entry([&] {
    require(device != nullptr, "device is NULL");
    device->faulty.memory().release(memory);
  });
}

rp_result memory_write(rp_device* device, rp_memory to, const void* from, std::uint64_t bytes) {
  return entry([&] {
    require(device != nullptr && (from != nullptr || bytes == 0), "an argument is NULL");
    device->faulty.write(to, from, bytes);
  });
}

rp_result memory_read(rp_device* device, void* to, rp_memory from, std::uint64_t bytes) {
  return entry([&] {
    require(device != nullptr && (to != nullptr || bytes == 0), "an argument is NULL");
    device->faulty.read(to, from, bytes);
  });
}

rp_result memory_fill(rp_device* device, rp_memory to, unsigned char byte, std::uint64_t bytes) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    device->faulty.fill(to, byte, bytes);
  });
}

rp_result memory_digest(rp_device* device, rp_memory memory, std::uint64_t bytes, std::uint64_t* digest) {
  return entry([&] {
    require(device != nullptr && digest != nullptr, "an argument is NULL");
    device->faulty.memory().check(memory, bytes);
    *digest = device->faulty.digest(memory, bytes);
  });
}

rp_result stream_create(rp_device* device, rp_stream** stream) {
  return entry([&] {
    require(device != nullptr && stream != nullptr, "an argument is NULL");
    *stream = new rp_stream{device, {}, false};
  });
}

rp_result stream_sync(rp_stream* stream) {
  return entry([&] {
    require(stream != nullptr, "stream is NULL");
    require(!stream->held, "the stream is held");
    for (const auto& task : std::exchange(stream->pending, {})) task();
  });
}

rp_result hold(rp_stream* stream, bool held) {
  return entry([&] {
    require(stream != nullptr, "stream is NULL");
    require(stream->held != held, held ? "the stream is held already" : "the stream is not held");
    stream->held = held;
  });
}

rp_result stream_hold(rp_stream* stream) { return hold(stream, true); }
rp_result stream_release(rp_stream* stream) { return hold(stream, false); }

void stream_destroy(rp_stream* stream) {
  if (stream == nullptr) return;
  stream_sync(stream);
  delete stream;
}

rp_result event_create(rp_device* device, rp_event** event) {
  return entry([&] {
    require(device != nullptr && event != nullptr, "an argument is NULL");
    if (device->faulty.has(Fault::no_event)) throw Failure(RP_UNSUPPORTED, "this device has no clock");
    *event = new rp_event{device, std::make_shared<std::int64_t>(0)};
  });
}

void event_destroy(rp_event* event) { delete event; }

rp_result event_record(rp_event* event, rp_stream* stream) {
  return entry([&] {
    require(event != nullptr && stream != nullptr, "an argument is NULL");
    *event->time_ns = 0;
    stream->pending.push_back(
        [time = event->time_ns, device = stream->device] { *time = device->faulty.event_clock_ns(); });
  });
}

rp_result event_elapsed_ns(rp_event* begin, rp_event* end, std::int64_t* elapsed_ns,
                           std::int64_t* resolution_ns) {
  return entry([&] {
    require(begin != nullptr && end != nullptr && elapsed_ns != nullptr, "an argument is NULL");
    require(*begin->time_ns != 0 && *end->time_ns != 0, "an event was not reached: stream_sync comes first");
    const FaultyDevice& device = begin->device->faulty;
    auto elapsed = static_cast<double>(*end->time_ns - *begin->time_ns);
    if (device.has(Fault::lying_clock)) elapsed /= device.options().factor;
    if (device.has(Fault::slow_clock)) elapsed *= device.options().factor;
    *elapsed_ns = static_cast<std::int64_t>(elapsed);
    if (resolution_ns == nullptr) return;
    timespec resolution{};
    clock_getres(CLOCK_MONOTONIC, &resolution);
    *resolution_ns = resolution.tv_sec * 1'000'000'000 + resolution.tv_nsec;
  });
}

rp_result memory_placement(rp_device* device, rp_memory memory, std::uint64_t bytes,
                           rp_placement* placement) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    require(placement != nullptr && placement->struct_size >= sizeof *placement,
            "placement is NULL or of an older version");
    device->faulty.memory().check(memory, bytes);
    if (!device->faulty.has(Fault::misplaced))
      throw Failure(RP_UNSUPPORTED, "memory of its own has no place in the host");
    *placement = {sizeof *placement, 1, 1.0, std::nan("")};
  });
}

rp_result peer_open(rp_device* device, rp_device* owner) {
  return entry([&] {
    require(device != nullptr && owner != nullptr, "a device is NULL");
    require(device != owner, "a device is no peer of itself");
    device->faulty.memory().admit(owner->faulty.memory());
  });
}

rp_result telemetry(rp_device* device, rp_telemetry* telemetry) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    require(telemetry != nullptr && telemetry->struct_size >= sizeof *telemetry,
            "telemetry is NULL or of an older version");
    *telemetry = device->faulty.telemetry();
  });
}

rp_result device_facts(std::uint32_t index, rp_device_facts* facts) {
  return entry([&] {
    require(facts != nullptr && facts->struct_size >= sizeof *facts, "facts is NULL or of an older version");
    require(index < uuids(false).size(), "no such device");
    const Options& options = backend().options;
    rp_device_facts told{};
    told.struct_size = sizeof told;
    std::snprintf(told.compute_mode, sizeof told.compute_mode, "%s", options.compute_mode.c_str());
    std::snprintf(told.partition, sizeof told.partition, "%s", options.partition.c_str());
    told.ecc = -1;
    told.other_processes = options.other_processes;
    *facts = told;
  });
}

rp_result counters(rp_device* device, rp_counter* counters, std::uint32_t capacity, std::uint32_t* count) {
  return entry([&] {
    require(device != nullptr && count != nullptr, "an argument is NULL");
    require(counters != nullptr || capacity == 0, "counters is NULL");
    constexpr double kCameWith = 500;  // W
    const Options& options = device->faulty.options();
    const std::array<rp_counter, 4> all{
        {{"ecc_uncorrected", "1", static_cast<double>(device->faulty.uncorrected_errors())},
         {"remap_pending", "1", static_cast<double>(options.ecc_pending)},
         {"power_limit", "W", options.power_limit},
         {"power_limit_default", "W", kCameWith}}};
    std::copy_n(all.begin(), std::min<std::size_t>(capacity, all.size()), counters);
    *count = all.size();
  });
}

rp_result link(rp_device* device, rp_device* other, rp_link* link) {
  return entry([&] {
    require(device != nullptr && other != nullptr && device != other, "a device is NULL, or both are one");
    require(link != nullptr && link->struct_size >= sizeof *link, "link is NULL or of an older version");
    const std::uint32_t links = device->faulty.options().links;
    if (links == 0) throw Failure(RP_UNSUPPORTED, "this device says nothing about its links");
    *link = {sizeof *link, "cable", links, 1};
  });
}

Operation supported(rp_device* device, rp_op op, rp_dtype dtype, const void* params,
                    std::size_t params_size) {
  const Options& options = device->faulty.options();
  if (options.fault == Fault::dtype_missing && options.hits(op, dtype, device->faulty.uuid())) {
    throw Failure(RP_UNSUPPORTED, "the data type is missing on demand");
  }
  return read_operation(op, dtype, params, params_size);
}

rp_result op_query(rp_device* device, rp_op op, rp_dtype dtype, const void* params, std::size_t params_size,
                   rp_op_facts* facts) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    supported(device, op, dtype, params, params_size);
    kernels::fill_facts(facts, 0, backend().options.tuned ? "vendor tuned" : "");
  });
}

rp_result op_enqueue(rp_stream* stream, rp_op op, rp_dtype dtype, const void* params,
                     std::size_t params_size) {
  return entry([&] {
    require(stream != nullptr, "stream is NULL");
    rp_device* const device = stream->device;
    Operation operation = supported(device, op, dtype, params, params_size);
    for (const kernels::Region& region : operation.regions)
      device->faulty.memory().check(region.memory, region.bytes);
    stream->pending.push_back([device, operation = std::move(operation)] { device->faulty.run(operation); });
  });
}

const char* last_error() { return backend().error.get(); }

rp_backend table() {
  rp_backend entries{};
  entries.struct_size = sizeof entries;
  entries.abi_major = RP_ABI_MAJOR;
  entries.abi_minor = RP_ABI_MINOR;
  entries.name = "fault";
  entries.version = RACKPROOF_VERSION;
  entries.implementation = "portable";
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
  entries.memory_placement = memory_placement;
  entries.peer_open = peer_open;
  entries.stream_create = stream_create;
  entries.stream_destroy = stream_destroy;
  entries.stream_sync = stream_sync;
  entries.stream_hold = stream_hold;
  entries.stream_release = stream_release;
  entries.event_create = event_create;
  entries.event_destroy = event_destroy;
  entries.event_record = event_record;
  entries.event_elapsed_ns = event_elapsed_ns;
  entries.memory_digest = memory_digest;
  entries.telemetry = telemetry;
  entries.op_query = op_query;
  entries.op_enqueue = op_enqueue;
  entries.last_error = last_error;
  entries.present_count = present_count;
  entries.present_info = present_info;
  entries.device_facts = device_facts;
  entries.counters = counters;
  entries.link = link;
  entries.present_telemetry = present_telemetry;
  add_copies(entries);
  return entries;
}

}  // namespace
}  // namespace rackproof::fault

extern "C" RP_EXPORT const rp_backend* rackproof_backend() {
  static const rp_backend kTable = rackproof::fault::table();
  return &kTable;
}
