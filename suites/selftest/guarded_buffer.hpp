// An open device as the checks of kernels use it, and its memory with guard zones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "kernels/abi.h"

namespace rackproof::conformance {

/// The device or the backend does not have it; the text is the backend's.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws Unsupported, or std::runtime_error, with the backend's text when a call did not return RP_OK.
void require_ok(const rp_backend& backend, rp_result result, const char* what);

/// An open device with a stream, both made and destroyed by somebody else. Of the table only the required entries are
/// needed.
class TestedDevice {
 public:
  TestedDevice(const rp_backend& backend, rp_device* device, rp_stream* stream)
      : backend_(backend), device_(device), stream_(stream) {}

  const rp_backend& backend() const { return backend_; }
  rp_device* get() const { return device_; }
  rp_stream* stream() const { return stream_; }

  rp_result enqueue(rp_op op, rp_dtype dtype, const void* params, std::size_t params_size) const {
    return backend_.op_enqueue(stream_, op, dtype, params, params_size);
  }
  /// Enqueues, synchronises and requires success.
  void run(rp_op op, rp_dtype dtype, const void* params, std::size_t params_size) const;

 protected:
  const rp_backend& backend_;
  rp_device* device_;
  rp_stream* stream_;
};

/// A region of device memory between two guard zones that hold a pattern.
class GuardedBuffer {
 public:
  static constexpr std::uint64_t kGuard = 4096;

  /// `shift`: bytes by which the region is moved away from its natural alignment.
  GuardedBuffer(const TestedDevice& device, std::uint64_t bytes, std::uint64_t shift);
  ~GuardedBuffer();
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  rp_memory memory() const { return {memory_.handle, kGuard + shift_}; }
  std::uint64_t size() const { return bytes_; }

  void write(const void* from) const;
  void read(void* to) const;
  /// Fills the region with bytes that are NaN in every floating type.
  void poison() const;
  /// "" or what is wrong with the guard zones.
  std::string guards() const;

 private:
  void fill(rp_memory memory, unsigned char byte, std::uint64_t bytes) const;
  std::string zone(std::uint64_t offset, std::uint64_t bytes) const;

  const TestedDevice& device_;
  std::uint64_t bytes_;
  std::uint64_t shift_;
  rp_memory memory_{};
};

}  // namespace rackproof::conformance
