#include "suites/selftest/guarded_buffer.hpp"

#include <stdexcept>
#include <vector>

namespace rackproof::conformance {
namespace {

constexpr unsigned char kPattern = 0xA5;
constexpr std::uint64_t kSlack = 64;  ///< room for the shift, part of the second guard zone

}  // namespace

void require_ok(const rp_backend& backend, rp_result result, const char* what) {
  if (result == RP_OK) return;
  if (result == RP_UNSUPPORTED) throw Unsupported(backend.last_error());
  throw std::runtime_error(std::string(what) + ": result " + std::to_string(result) + ": " +
                           backend.last_error());
}

void TestedDevice::run(rp_op op, rp_dtype dtype, const void* params, std::size_t params_size) const {
  require_ok(backend_, enqueue(op, dtype, params, params_size), "op_enqueue");
  require_ok(backend_, backend_.stream_sync(stream_), "stream_sync");
}

GuardedBuffer::GuardedBuffer(const TestedDevice& device, std::uint64_t bytes, std::uint64_t shift)
    : device_(device), bytes_(bytes), shift_(shift) {
  if (shift > kSlack) throw std::logic_error("shift is larger than the slack");
  const std::uint64_t total = 2 * kGuard + kSlack + bytes;
  require_ok(device.backend(), device.backend().memory_allocate(device.get(), total, &memory_),
             "memory_allocate");
  fill(memory_, kPattern, total);
}

GuardedBuffer::~GuardedBuffer() {
  if (device_.backend().memory_release != nullptr) device_.backend().memory_release(device_.get(), memory_);
}

void GuardedBuffer::write(const void* from) const {
  require_ok(device_.backend(), device_.backend().memory_write(device_.get(), memory(), from, bytes_),
             "memory_write");
}

void GuardedBuffer::read(void* to) const {
  require_ok(device_.backend(), device_.backend().memory_read(device_.get(), to, memory(), bytes_),
             "memory_read");
}

void GuardedBuffer::poison() const { fill(memory(), 0xFF, bytes_); }

void GuardedBuffer::fill(rp_memory memory, unsigned char byte, std::uint64_t bytes) const {
  const rp_backend& backend = device_.backend();
  if (backend.memory_fill != nullptr) {
    require_ok(backend, backend.memory_fill(device_.get(), memory, byte, bytes), "memory_fill");
    return;
  }
  const std::vector<unsigned char> content(bytes, byte);
  require_ok(backend, backend.memory_write(device_.get(), memory, content.data(), bytes), "memory_write");
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
