// The CPU backend behind the C interface: one device per NUMA node.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/abi.h"
#include "kernels/cpu/blas_kernels.hpp"
#include "kernels/cpu/executor.hpp"
#include "kernels/cpu/instruction_set.hpp"
#include "kernels/cpu/meminfo.hpp"
#include "kernels/cpu/memory.hpp"
#include "kernels/cpu/operations.hpp"
#include "kernels/cpu/options.hpp"
#include "kernels/cpu/placement.hpp"
#include "kernels/cpu/spare_mappings.hpp"
#include "kernels/cpu/telemetry.hpp"
#include "kernels/cpu/thread_pool.hpp"
#include "kernels/cpu/topology.hpp"
#include "kernels/edge.h"

struct rp_device {
  rp_device(const rackproof::cpu::NumaDomain& where, const rackproof::cpu::Options& options)
      : domain(where),
        spares(where.memory_bytes / 8),
        pool(where.cpus, options.instruction_set, !options.by_thread),
        executor(where.cpus.front()) {}
  rackproof::cpu::NumaDomain domain;
  rackproof::cpu::DeviceMemory memory;
  rackproof::cpu::SpareMappings spares;
  rackproof::cpu::ThreadPool pool;
  rackproof::cpu::Executor executor;  // last: ends before the pool that it uses
};

struct rp_stream {
  rp_device* device = nullptr;
  rackproof::cpu::Progress progress;
};

namespace rackproof::cpu {
namespace {

using kernels::Failure;

constexpr const char* kRoot = "/";

/// Everything behind the C functions. Lives until the process ends: a backend is never unloaded.
struct Backend {
  bool is_open = false;
  Host host;
  Options options;
  std::vector<std::unique_ptr<rp_device>> devices;
  kernels::ErrorText error;
};

Backend& backend() {
  static Backend* const state = new Backend;
  return *state;
}

template <class Body>
rp_result entry(Body&& body) noexcept {
  return kernels::edge(backend().error, std::forward<Body>(body));
}

void require(bool condition, const char* message) {
  if (!condition) throw Failure(RP_INVALID, message);
}

std::string uuid_of(const NumaDomain& domain) {
  return "cpu-" + backend().host.identity + "-numa" + std::to_string(domain.node);
}

rp_result open_backend(const char* options) {
  return entry([&] {
    if (!backend().is_open) backend().host = read_host(kRoot, allowed_cpus(), cpuid_caches());
    const Options wanted =
        parse_options(options != nullptr ? options : "", backend().host.domains.size() > 1);
    require(backend().devices.empty() || wanted == backend().options,
            "the options cannot change while a device is open");
    backend().options = wanted;
    if (backend().is_open) return;
    choose_blas_kernels();
    backend().is_open = true;
  });
}

rp_result device_count(std::uint32_t* count) {
  return entry([&] {
    require(count != nullptr, "count is NULL");
    require(backend().is_open, "open() comes first");
    *count = static_cast<std::uint32_t>(backend().host.domains.size());
  });
}

rp_result device_info(std::uint32_t index, rp_device_info* info) {
  return entry([&] {
    const Host& host = backend().host;
    require(backend().is_open, "open() comes first");
    require(info != nullptr && info->struct_size >= sizeof *info, "info is NULL or of an older version");
    require(index < host.domains.size(), "no such device");
    const NumaDomain& domain = host.domains[index];
    rp_device_info facts{};
    facts.struct_size = sizeof facts;
    std::snprintf(facts.uuid, sizeof facts.uuid, "%s", uuid_of(domain).c_str());
    std::snprintf(facts.model, sizeof facts.model, "%s", host.model.c_str());
    facts.memory_bytes = domain.memory_bytes;
    facts.cache_bytes = domain.cache_bytes;
    facts.compute_units = static_cast<std::uint32_t>(domain.cpus.size());
    facts.numa_node = domain.node;
    std::ranges::copy(domain.cache_level_bytes, facts.cache_level_bytes);
    std::ranges::copy(domain.cache_level_total_bytes, facts.cache_level_total_bytes);
    std::snprintf(facts.instruction_set, sizeof facts.instruction_set, "%s",
                  std::string(name_of(backend().options.instruction_set)).c_str());
    *info = facts;
  });
}

rp_result device_open(const char* uuid, rp_device** device) {
  return entry([&] {
    require(backend().is_open, "open() comes first");
    require(uuid != nullptr && device != nullptr, "an argument is NULL");
    for (const NumaDomain& domain : backend().host.domains) {
      if (uuid_of(domain) != uuid) continue;
      for (const auto& other : backend().devices) {
        require(other->domain.node != domain.node,
                "the device is open already: two pools would share its CPUs");
      }
      backend().devices.push_back(std::make_unique<rp_device>(domain, backend().options));
      *device = backend().devices.back().get();
      return;
    }
    throw Failure(RP_INVALID, std::string("no device ") + uuid);
  });
}

/// Waits until nothing that is enqueued on a device that may use the memory of `owner` is left.
void drain_users(const rp_device* owner) {
  for (const auto& other : backend().devices) {
    if (other.get() == owner || other->memory.admits(owner->memory)) other->executor.run([] {});
  }
}

void device_close(rp_device* device) {
  if (device == nullptr) return;
  entry([&] {
    drain_users(device);
    for (const auto& other : backend().devices) other->memory.dismiss(device->memory);
    std::erase_if(backend().devices, [&](const auto& open) { return open.get() == device; });
  });
}

rp_result memory_allocate(rp_device* device, std::uint64_t bytes, rp_memory* memory) {
  return entry([&] {
    require(device != nullptr && memory != nullptr, "an argument is NULL");
    require(bytes > 0, "an allocation of 0 B");
    if (auto spare = device->spares.take(bytes)) {
      *memory = device->memory.insert(std::move(*spare));
      return;
    }
    std::uint64_t available = available_memory(kRoot);
    if (static_cast<double>(bytes) > 0.5 * static_cast<double>(available)) {
      device->spares.clear();
      available = available_memory(kRoot);
    }
    // Refused before a page is touched: the kernel overcommits and would kill somebody later.
    if (static_cast<double>(bytes) > 0.9 * static_cast<double>(available)) {
      throw Failure(RP_OUT_OF_MEMORY, std::to_string(bytes) + " B do not fit into 90 % of the " +
                                          std::to_string(available) + " B that are available");
    }
    Mapping mapping(bytes);
    device->executor.run([&] { first_touch(mapping.bytes(), device->pool); });
    *memory = device->memory.insert(std::move(mapping));
  });
}

void memory_release(rp_device* device, rp_memory memory) {
  entry([&] {
    require(device != nullptr, "device is NULL");
    Mapping mapping = device->memory.remove(memory);
    drain_users(device);  // whatever still uses it was enqueued before
    device->spares.keep(std::move(mapping));
  });
}

rp_result memory_write(rp_device* device, rp_memory to, const void* from, std::uint64_t bytes) {
  return entry([&] {
    require(device != nullptr && (from != nullptr || bytes == 0), "an argument is NULL");
    std::byte* const target = device->memory.translate(to, bytes);
    device->executor.run(
        [&] { copy_bytes(target, static_cast<const std::byte*>(from), bytes, device->pool); });
  });
}

rp_result memory_read(rp_device* device, void* to, rp_memory from, std::uint64_t bytes) {
  return entry([&] {
    require(device != nullptr && (to != nullptr || bytes == 0), "an argument is NULL");
    const std::byte* const source = device->memory.translate(from, bytes);
    device->executor.run([&] { copy_bytes(static_cast<std::byte*>(to), source, bytes, device->pool); });
  });
}

rp_result memory_fill(rp_device* device, rp_memory to, unsigned char byte, std::uint64_t bytes) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    std::byte* const target = device->memory.translate(to, bytes);
    device->executor.run([&] {
      device->pool.parallel_for(0, bytes, 4096, [&](std::uint64_t begin, std::uint64_t end) {
        std::memset(target + begin, byte, end - begin);
      });
    });
  });
}

rp_result memory_digest(rp_device* device, rp_memory memory, std::uint64_t bytes, std::uint64_t* digest) {
  return entry([&] {
    require(device != nullptr && digest != nullptr, "an argument is NULL");
    const std::byte* const source = device->memory.translate(memory, bytes);
    device->executor.run([&] { *digest = digest_bytes({source, bytes}, device->pool); });
  });
}

rp_result memory_placement(rp_device* device, rp_memory memory, std::uint64_t bytes,
                           rp_placement* placement) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    require(placement != nullptr && placement->struct_size >= sizeof *placement,
            "placement is NULL or of an older version");
    require(bytes > 0, "a region of 0 B");
    const std::byte* const region = device->memory.translate(memory, bytes);
    device->executor.run([] {});  // pages come with the first touch, which may be enqueued
    const Placement found = placement_of(kRoot, {region, bytes});
    *placement = {sizeof *placement, found.numa_node, found.node_share, found.huge_share};
  });
}

rp_result peer_open(rp_device* device, rp_device* owner) {
  return entry([&] {
    require(device != nullptr && owner != nullptr, "a device is NULL");
    require(device != owner, "a device is no peer of itself");
    device->memory.admit(owner->memory);
  });
}

rp_result stream_create(rp_device* device, rp_stream** stream) {
  return entry([&] {
    require(device != nullptr && stream != nullptr, "an argument is NULL");
    *stream = new rp_stream{device, {}};
  });
}

rp_result stream_sync(rp_stream* stream) {
  return entry([&] {
    require(stream != nullptr, "stream is NULL");
    stream->device->executor.wait(stream->progress);
  });
}

void stream_destroy(rp_stream* stream) {
  if (stream == nullptr) return;
  stream_sync(stream);
  delete stream;
}

rp_result telemetry(rp_device* device, rp_telemetry* values) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    require(values != nullptr && values->struct_size >= sizeof *values,
            "telemetry is NULL or of an older version");
    constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    *values = {sizeof *values, clock_hz(kRoot, device->domain.cpus), kUnknown, kUnknown, 0, 0};
  });
}

const Operation& supported(rp_op op, rp_dtype dtype, const void* params, std::size_t params_size) {
  const Operation* const row = find_operation(op, dtype);
  if (row == nullptr) {
    throw Failure(RP_UNSUPPORTED, "the CPU backend has no operation " + std::to_string(op) +
                                      " with data type " + std::to_string(dtype));
  }
  require(params_size == row->params_size, "params have the wrong size for this operation");
  require(params != nullptr || params_size == 0, "params are NULL");
  return *row;
}

rp_result op_query(rp_device* device, rp_op op, rp_dtype dtype, const void* params, std::size_t params_size,
                   rp_op_facts* facts) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    const Operation& row = supported(op, dtype, params, params_size);
    if (row.check != nullptr) row.check(params, device->pool.instruction_set());
    kernels::fill_facts(facts, row.scratch != nullptr ? row.scratch(params) : 0);
  });
}

rp_result op_enqueue(rp_stream* stream, rp_op op, rp_dtype dtype, const void* params,
                     std::size_t params_size) {
  return entry([&] {
    require(stream != nullptr, "stream is NULL");
    rp_device* const device = stream->device;
    const Operation& row = supported(op, dtype, params, params_size);
    Job job = row.prepare(device->memory, params);  // a caller's mistake comes before what is not supported
    if (row.check != nullptr) row.check(params, device->pool.instruction_set());
    device->executor.submit(stream->progress, [device, job = std::move(job)] { job(device->pool); });
  });
}

const char* last_error() { return backend().error.get(); }

constexpr rp_backend table() {
  rp_backend entries{};
  entries.struct_size = sizeof entries;
  entries.abi_major = RP_ABI_MAJOR;
  entries.abi_minor = RP_ABI_MINOR;
  entries.name = "cpu";
  entries.version = RACKPROOF_VERSION;
  entries.implementation = "portable + OpenBLAS + oneDNN";
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
  entries.memory_digest = memory_digest;
  entries.telemetry = telemetry;
  entries.op_query = op_query;
  entries.op_enqueue = op_enqueue;
  entries.last_error = last_error;
  return entries;
}

}  // namespace
}  // namespace rackproof::cpu

extern "C" RP_EXPORT const rp_backend* rackproof_backend() {
  static constexpr rp_backend kTable = rackproof::cpu::table();
  return &kTable;
}
