#include "harness/measure/backend.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

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
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    throw Error(fmt::format("cannot load {}: {}", path.string(), printable(::dlerror())));
  void* entry = ::dlsym(library, symbol);
  if (entry == nullptr) throw Error(fmt::format("{} has no {}", path.string(), symbol));
  return entry;
}

Backend::Backend(const std::filesystem::path& path, const std::string& options) {
  const auto entry = reinterpret_cast<rp_backend_entry>(open_library(path, RP_BACKEND_SYMBOL));
  table_ = entry();
  if (table_ == nullptr) throw Error(fmt::format("{} has no table", path.string()));
  if (table_->abi_major != RP_ABI_MAJOR) {
    throw Error(fmt::format("{} has ABI version {}.{}, this program {}.{}: refused", path.string(),
                            table_->abi_major, table_->abi_minor, RP_ABI_MAJOR, RP_ABI_MINOR));
  }
  const bool complete = table_->struct_size >= sizeof(rp_backend) && table_->name && table_->version &&
                        table_->implementation && table_->open && table_->device_count &&
                        table_->device_info && table_->device_open && table_->device_close &&
                        table_->memory_allocate && table_->memory_release && table_->memory_write &&
                        table_->memory_read && table_->memory_fill && table_->stream_create &&
                        table_->stream_destroy && table_->stream_sync && table_->op_query &&
                        table_->op_enqueue && table_->last_error;
  if (!complete) throw Error(fmt::format("{} lacks a required entry: refused", path.string()));
  const int clock_entries = (table_->event_create ? 1 : 0) + (table_->event_destroy ? 1 : 0) +
                            (table_->event_record ? 1 : 0) + (table_->event_elapsed_ns ? 1 : 0);
  if (clock_entries != 0 && clock_entries != 4) {
    throw Error(
        fmt::format("{} has an event clock with {} of 4 entries: refused", path.string(), clock_entries));
  }
  if (table_->open(options.c_str()) != RP_OK) {
    throw Error(fmt::format("{} does not open: {}", path.string(), printable(table_->last_error())));
  }
  identity_ = {table_->name, table_->version, path.string(), sha256_file(path)};
}

std::vector<rp_device_info> Backend::devices() const {
  std::uint32_t count = 0;
  expect(table_->device_count(&count), Phase::load, "device count");
  std::vector<rp_device_info> devices(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    devices[i].struct_size = sizeof(rp_device_info);
    expect(table_->device_info(i, &devices[i]), Phase::load, "device information");
  }
  return devices;
}

void Backend::expect(rp_result result, Phase phase, const char* what) const {
  if (result == RP_OK) return;
  const std::string reason = printable(table_->last_error());
  if (result == RP_UNSUPPORTED)
    throw CaseStopped(Status::unsupported, phase, fmt::format("{}: {}", what, reason));
  const char* kind = result == RP_OUT_OF_MEMORY ? "out of memory"
                     : result == RP_DEVICE_LOST ? "device lost"
                     : result == RP_INVALID     ? "invalid call"
                                                : "error";
  throw CaseStopped(Status::failed, phase, fmt::format("{}: {}: {}", what, kind, reason));
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
  if (device_ != nullptr) table().device_close(device_);
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
  if (memory_.handle != 0) device_->table().memory_release(device_->get(), memory_);
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
  device_->backend().expect(device_->table().memory_fill(device_->get(), at(offset), 0xFF, bytes),
                            Phase::prepare, "poison");
}

Stream::Stream(const Device& device) : device_(&device) {
  device.backend().expect(device.table().stream_create(device.get(), &stream_), Phase::prepare, "stream");
}

Stream::Stream(Stream&& other) noexcept
    : device_(other.device_), stream_(std::exchange(other.stream_, nullptr)) {}

Stream::~Stream() {
  if (stream_ != nullptr) device_->table().stream_destroy(stream_);
}

void Stream::enqueue_nothing() const {
  device_->backend().expect(device_->table().op_enqueue(stream_, RP_OP_NOTHING, RP_F64, nullptr, 0),
                            Phase::measure, "enqueue");
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
  return elapsed;
}

}  // namespace rackproof
