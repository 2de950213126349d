#include "tests/conformance/backend_library.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <stdexcept>

namespace rackproof::conformance {
namespace {

constexpr unsigned char kPattern = 0xA5;
constexpr std::uint64_t kSlack = 64;  ///< room for the shift, part of the second guard zone

}  // namespace

const rp_backend& load_backend(const std::string& name) {
  // As the worker does: OpenBLAS reads these when it is loaded, and they choose other kernels.
  for (const char* variable : {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS"})
    unsetenv(variable);
  const std::string path = std::string(RACKPROOF_BINARY_DIR) + "/lib/rackproof/librackproof-" + name + ".so";
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  const auto entry = reinterpret_cast<rp_backend_entry>(dlsym(library, RP_BACKEND_SYMBOL));
  if (entry == nullptr) throw std::runtime_error(path + " does not export " + RP_BACKEND_SYMBOL);
  return *entry();
}

void require_ok(const rp_backend& backend, rp_result result, const char* what) {
  if (result == RP_OK) return;
  throw std::runtime_error(std::string(what) + ": result " + std::to_string(result) + ": " +
                           backend.last_error());
}

Device::Device(const rp_backend& backend, const std::string& options, std::uint32_t index)
    : backend_(backend) {
  require_ok(backend, backend.open(options.c_str()), "open");
  info_.struct_size = sizeof info_;
  require_ok(backend, backend.device_info(index, &info_), "device_info");
  require_ok(backend, backend.device_open(info_.uuid, &device_), "device_open");
  require_ok(backend, backend.stream_create(device_, &stream_), "stream_create");
}

Device::~Device() {
  backend_.stream_destroy(stream_);
  backend_.device_close(device_);
}

void Device::run(rp_op op, rp_dtype dtype, const void* params, std::size_t params_size) const {
  require_ok(backend_, enqueue(op, dtype, params, params_size), "op_enqueue");
  require_ok(backend_, backend_.stream_sync(stream_), "stream_sync");
}

GuardedBuffer::GuardedBuffer(const Device& device, std::uint64_t bytes, std::uint64_t shift)
    : device_(device), bytes_(bytes), shift_(shift) {
  if (shift > kSlack) throw std::logic_error("shift is larger than the slack");
  const std::uint64_t total = 2 * kGuard + kSlack + bytes;
  const rp_backend& backend = device.backend();
  require_ok(backend, backend.memory_allocate(device.get(), total, &memory_), "memory_allocate");
  require_ok(backend, backend.memory_fill(device.get(), memory_, kPattern, total), "memory_fill");
}

GuardedBuffer::~GuardedBuffer() { device_.backend().memory_release(device_.get(), memory_); }

void GuardedBuffer::write(const void* from) const {
  require_ok(device_.backend(), device_.backend().memory_write(device_.get(), memory(), from, bytes_),
             "memory_write");
}

void GuardedBuffer::read(void* to) const {
  require_ok(device_.backend(), device_.backend().memory_read(device_.get(), to, memory(), bytes_),
             "memory_read");
}

void GuardedBuffer::poison() const {
  require_ok(device_.backend(), device_.backend().memory_fill(device_.get(), memory(), 0xFF, bytes_),
             "memory_fill");
}

std::string GuardedBuffer::guards() const {
  const std::string before = zone(0, kGuard + shift_);
  return before.empty() ? zone(kGuard + shift_ + bytes_, kGuard + kSlack - shift_) : before;
}

std::string GuardedBuffer::zone(std::uint64_t offset, std::uint64_t bytes) const {
  std::vector<unsigned char> content(bytes);
  require_ok(device_.backend(),
             device_.backend().memory_read(device_.get(), content.data(), {memory_.handle, offset}, bytes),
             "memory_read");
  for (std::uint64_t i = 0; i < bytes; ++i) {
    if (content[i] != kPattern) return "guard zone is overwritten at byte " + std::to_string(offset + i);
  }
  return "";
}

}  // namespace rackproof::conformance
