#include "harness/measure/backend.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include "harness/base/digest.hpp"

namespace rackproof {

void* open_library(const std::filesystem::path& path, const char* symbol) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw Error(fmt::format("no library {}", path.string()));
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
    throw Error(fmt::format("{} belongs neither to root nor to this user: refused", path.string()));
  }
  if ((status.st_mode & S_IWOTH) != 0)
    throw Error(fmt::format("{} may be written by anybody: refused", path.string()));
  if ((status.st_mode & S_IWGRP) != 0 && status.st_gid != 0 && status.st_gid != ::getegid())
    throw Error(fmt::format("{} may be written by group {}: refused", path.string(), status.st_gid));
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    throw Error(fmt::format("cannot load {}: {}", path.string(), printable(::dlerror())));
  void* entry = ::dlsym(library, symbol);
  if (entry == nullptr) throw Error(fmt::format("{} has no {}", path.string(), symbol));
  return entry;
}

namespace {

struct Entry {
  const char* name;
  bool is_there;
};

/// Entries of which a backend has all or none.
void require_all_or_none(std::initializer_list<Entry> group, const std::string& library) {
  const auto present = std::ranges::count_if(group, &Entry::is_there);
  if (present == 0 || static_cast<std::size_t>(present) == group.size()) return;
  const auto missing = std::ranges::find_if(group, [](const Entry& entry) { return !entry.is_there; });
  throw Error(fmt::format("{} has {} of {} entries that belong together, {} is missing: refused", library,
                          present, group.size(), missing->name));
}

}  // namespace

rp_backend adopt_table(const rp_backend& table, const std::string& library) {
  if (table.struct_size < offsetof(rp_backend, name))
    throw Error(fmt::format("{} has a table of {} bytes: refused", library, table.struct_size));
  // Read before anything else of it: another version may have another order.
  if (table.abi_major != RP_ABI_MAJOR) {
    throw Error(fmt::format("{} has ABI version {}.{}, this program {}.{}: refused", library, table.abi_major,
                            table.abi_minor, RP_ABI_MAJOR, RP_ABI_MINOR));
  }
  rp_backend own{};
  std::memcpy(&own, &table, std::min(table.struct_size, sizeof own));
  own.struct_size = sizeof own;
  for (const Entry& entry : {Entry{"name", own.name != nullptr},
                             {"version", own.version != nullptr},
                             {"implementation", own.implementation != nullptr},
                             {"device_count", own.device_count != nullptr},
                             {"device_info", own.device_info != nullptr},
                             {"device_open", own.device_open != nullptr},
                             {"memory_allocate", own.memory_allocate != nullptr},
                             {"memory_write", own.memory_write != nullptr},
                             {"memory_read", own.memory_read != nullptr},
                             {"stream_create", own.stream_create != nullptr},
                             {"stream_sync", own.stream_sync != nullptr},
                             {"op_enqueue", own.op_enqueue != nullptr},
                             {"last_error", own.last_error != nullptr}}) {
    if (!entry.is_there)
      throw Error(fmt::format("{} lacks the required entry {}: refused", library, entry.name));
  }
  require_all_or_none({{"event_create", own.event_create != nullptr},
                       {"event_destroy", own.event_destroy != nullptr},
                       {"event_record", own.event_record != nullptr},
                       {"event_elapsed_ns", own.event_elapsed_ns != nullptr}},
                      library);
  require_all_or_none(
      {{"present_count", own.present_count != nullptr}, {"present_info", own.present_info != nullptr}},
      library);
  if (own.present_telemetry != nullptr && own.present_info == nullptr)
    throw Error(fmt::format("{} has present_telemetry without present_info: refused", library));
  require_all_or_none(
      {{"host_allocate", own.host_allocate != nullptr}, {"host_release", own.host_release != nullptr}},
      library);
  require_all_or_none({{"enqueue_write", own.enqueue_write != nullptr},
                       {"enqueue_read", own.enqueue_read != nullptr},
                       {"enqueue_copy", own.enqueue_copy != nullptr}},
                      library);
  require_all_or_none(
      {{"stream_hold", own.stream_hold != nullptr}, {"stream_release", own.stream_release != nullptr}},
      library);
  require_all_or_none({{"communicator_id", own.communicator_id != nullptr},
                       {"communicator_create", own.communicator_create != nullptr},
                       {"communicator_destroy", own.communicator_destroy != nullptr},
                       {"communicator_enqueue", own.communicator_enqueue != nullptr}},
                      library);
  return own;
}

Backend::Backend(const std::filesystem::path& path, const std::string& options) {
  const auto entry = reinterpret_cast<rp_backend_entry>(open_library(path, RP_BACKEND_SYMBOL));
  const rp_backend* const table = entry();
  if (table == nullptr) throw Error(fmt::format("{} has no table", path.string()));
  table_ = adopt_table(*table, path.string());
  if (table_.open == nullptr && !options.empty())
    throw Error(fmt::format("{} takes no options, the site file gives \"{}\"", path.string(), options));
  if (table_.open != nullptr && table_.open(options.c_str()) != RP_OK) {
    throw Error(fmt::format("{} does not open: {}", path.string(), printable(table_.last_error())));
  }
  identity_ = {table_.name, table_.version, path.string(), sha256_file(path)};
}

std::vector<rp_device_info> Backend::devices() const {
  std::uint32_t count = 0;
  expect(table_.device_count(&count), Phase::load, "device count");
  std::vector<rp_device_info> devices(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    devices[i].struct_size = sizeof(rp_device_info);
    expect(table_.device_info(i, &devices[i]), Phase::load, "device information");
  }
  return devices;
}

void Backend::expect(rp_result result, Phase phase, const char* what) const {
  if (result == RP_OK) return;
  const std::string reason = printable(table_.last_error());
  if (result == RP_UNSUPPORTED)
    throw CaseStopped(Status::unsupported, phase, fmt::format("{}: {}", what, reason));
  const char* kind = result == RP_OUT_OF_MEMORY ? "out of memory"
                     : result == RP_DEVICE_LOST ? "device lost"
                     : result == RP_INVALID     ? "invalid call"
                                                : "error";
  throw CaseStopped(Outcome{Status::failed, phase, fmt::format("{}: {}: {}", what, kind, reason),
                            result == RP_DEVICE_LOST});
}

Device::Device(const Backend& backend, const std::string& uuid) : backend_(&backend) {
  const auto devices = backend.devices();
  const auto found = std::find_if(devices.begin(), devices.end(),
                                  [&](const rp_device_info& info) { return uuid == info.uuid; });
  if (found == devices.end()) {
    throw CaseStopped(Status::failed, Phase::load,
                      fmt::format("backend {} has no device {}", backend.table().name, uuid));
  }
  info_ = *found;
  backend.expect(table().device_open(uuid.c_str(), &device_), Phase::load, "open device");
}

Device::Device(Device&& other) noexcept
    : backend_(other.backend_), device_(std::exchange(other.device_, nullptr)), info_(other.info_) {}

Device::~Device() {
  if (device_ != nullptr && table().device_close != nullptr) table().device_close(device_);
}

void Device::reach(const Device& owner) const {
  if (this == &owner) return;
  if (table().peer_open == nullptr) {
    throw CaseStopped(Status::unsupported, Phase::prepare,
                      fmt::format("backend {} reaches no other device's memory", table().name));
  }
  backend_->expect(table().peer_open(device_, owner.device_), Phase::prepare, "peer access");
}

Buffer::Buffer(const Device& device, std::uint64_t bytes) : device_(&device), bytes_(bytes) {
  device.backend().expect(device.table().memory_allocate(device.get(), bytes, &memory_), Phase::prepare,
                          "memory");
}

Buffer::Buffer(Buffer&& other) noexcept
    : device_(other.device_),
      memory_(std::exchange(other.memory_, {})),
      bytes_(std::exchange(other.bytes_, 0)) {}

Buffer::~Buffer() {
  if (memory_.handle != 0 && device_->table().memory_release != nullptr)
    device_->table().memory_release(device_->get(), memory_);
}

void Buffer::write_bytes(const void* from, std::uint64_t bytes, std::uint64_t offset) const {
  device_->backend().expect(device_->table().memory_write(device_->get(), at(offset), from, bytes),
                            Phase::prepare, "write");
}

void Buffer::read_bytes(void* to, std::uint64_t bytes, std::uint64_t offset) const {
  device_->backend().expect(device_->table().memory_read(device_->get(), to, at(offset), bytes), Phase::check,
                            "read");
}

void Buffer::poison(std::uint64_t offset, std::uint64_t bytes) const {
  constexpr unsigned char kPoison = 0xFF;
  if (device_->table().memory_fill != nullptr) {
    device_->backend().expect(device_->table().memory_fill(device_->get(), at(offset), kPoison, bytes),
                              Phase::prepare, "poison");
    return;
  }
  constexpr std::uint64_t kChunk = std::uint64_t{1} << 20;
  const std::vector<unsigned char> chunk(std::min(bytes, kChunk), kPoison);
  for (std::uint64_t done = 0; done < bytes; done += chunk.size())
    write_bytes(chunk.data(), std::min<std::uint64_t>(chunk.size(), bytes - done), offset + done);
}

Stream::Stream(const Device& device) : device_(&device) {
  device.backend().expect(device.table().stream_create(device.get(), &stream_), Phase::prepare, "stream");
}

Stream::Stream(Stream&& other) noexcept
    : device_(other.device_), stream_(std::exchange(other.stream_, nullptr)) {}

Stream::~Stream() {
  if (stream_ != nullptr && device_->table().stream_destroy != nullptr)
    device_->table().stream_destroy(stream_);
}

void Stream::enqueue_nothing() const {
  device_->backend().expect(device_->table().op_enqueue(stream_, RP_OP_NOTHING, RP_F64, nullptr, 0),
                            Phase::measure, "enqueue");
}

void Stream::require_copies() const {
  if (device_->table().enqueue_copy != nullptr) return;
  throw CaseStopped(Status::unsupported, Phase::prepare,
                    fmt::format("backend {} has no copies on streams", device_->table().name));
}

void Stream::write(rp_memory to, const void* from, std::uint64_t bytes) const {
  require_copies();
  device_->backend().expect(device_->table().enqueue_write(stream_, to, from, bytes), Phase::measure, "copy");
}

void Stream::read(void* to, rp_memory from, std::uint64_t bytes) const {
  require_copies();
  device_->backend().expect(device_->table().enqueue_read(stream_, to, from, bytes), Phase::measure, "copy");
}

void Stream::copy(rp_memory to, rp_memory from, std::uint64_t bytes) const {
  require_copies();
  device_->backend().expect(device_->table().enqueue_copy(stream_, to, from, bytes), Phase::measure, "copy");
}

void Stream::hold() const {
  if (device_->table().stream_hold == nullptr)
    throw CaseStopped(Status::unsupported, Phase::prepare,
                      fmt::format("backend {} cannot hold a stream", device_->table().name));
  device_->backend().expect(device_->table().stream_hold(stream_), Phase::measure, "hold");
}

void Stream::release() const {
  device_->backend().expect(device_->table().stream_release(stream_), Phase::measure, "release");
}

void Stream::abandon() const noexcept {
  if (device_->table().stream_release != nullptr) device_->table().stream_release(stream_);
  device_->table().stream_sync(stream_);
}

void Stream::sync() const {
  device_->backend().expect(device_->table().stream_sync(stream_), Phase::measure, "synchronise");
}

EventTimer::EventTimer(const Device& device) : device_(&device) {
  if (!device.has_event_clock()) {
    throw CaseStopped(Status::unsupported, Phase::prepare,
                      fmt::format("backend {} offers no event clock", device.table().name));
  }
  const auto& backend = device.backend();
  backend.expect(device.table().event_create(device.get(), &begin_), Phase::prepare, "event");
  try {
    backend.expect(device.table().event_create(device.get(), &end_), Phase::prepare, "event");
  } catch (...) {
    device.table().event_destroy(begin_);
    throw;
  }
}

EventTimer::~EventTimer() {
  device_->table().event_destroy(end_);
  device_->table().event_destroy(begin_);
}

void EventTimer::begin(const Stream& stream) const {
  device_->backend().expect(device_->table().event_record(begin_, stream.get()), Phase::measure, "event");
}

void EventTimer::end(const Stream& stream) const {
  device_->backend().expect(device_->table().event_record(end_, stream.get()), Phase::measure, "event");
}

std::int64_t EventTimer::elapsed_ns() const {
  std::int64_t elapsed = 0;
  device_->backend().expect(device_->table().event_elapsed_ns(begin_, end_, &elapsed, &resolution_ns_),
                            Phase::measure, "event time");
  if (elapsed <= 0)
    throw CaseStopped(Status::wrong, Phase::check,
                      fmt::format("clocks disagree: the event clock says {} ns", elapsed));
  return elapsed;
}

}  // namespace rackproof
