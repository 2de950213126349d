// A backend as the conformance suite uses it: opened by path, devices, streams and buffers with guard zones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/abi.h"

namespace rackproof::conformance {

/// The table of librackproof-<name>.so of this build, not opened yet. Throws std::runtime_error.
const rp_backend& load_backend(const std::string& name);

/// Throws std::runtime_error with the backend's text when a call did not return RP_OK.
void require_ok(const rp_backend& backend, rp_result result, const char* what);

/// One open device with one stream.
class Device {
 public:
  /// Opens the backend with the options, then device `index`.
  Device(const rp_backend& backend, const std::string& options, std::uint32_t index = 0);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const rp_backend& backend() const { return backend_; }
  rp_device* get() const { return device_; }
  rp_stream* stream() const { return stream_; }
  const rp_device_info& info() const { return info_; }

  rp_result enqueue(rp_op op, rp_dtype dtype, const void* params, std::size_t params_size) const {
    return backend_.op_enqueue(stream_, op, dtype, params, params_size);
  }
  /// Enqueues, synchronises and requires success.
  void run(rp_op op, rp_dtype dtype, const void* params, std::size_t params_size) const;

 private:
  const rp_backend& backend_;
  rp_device_info info_{};
  rp_device* device_ = nullptr;
  rp_stream* stream_ = nullptr;
};

/// A region of device memory between two guard zones that hold a pattern.
class GuardedBuffer {
 public:
  static constexpr std::uint64_t kGuard = 4096;

  /// `shift`: bytes by which the region is moved away from its natural alignment.
  GuardedBuffer(const Device& device, std::uint64_t bytes, std::uint64_t shift);
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
  std::string zone(std::uint64_t offset, std::uint64_t bytes) const;

  const Device& device_;
  std::uint64_t bytes_;
  std::uint64_t shift_;
  rp_memory memory_{};
};

}  // namespace rackproof::conformance
