// A loaded backend library, and what was made on its devices.
#pragma once

#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "harness/measure/case_stopped.hpp"
#include "harness/record/record.hpp"
#include "kernels/abi.h"

namespace rackproof {

/// Opens a library by explicit path after checking that it belongs to root or the user and that nobody else
/// may write it: not everybody, and no group but root's and the user's own. Never unloaded. Throws Error.
void* open_library(const std::filesystem::path& path, const char* symbol);

/// The table of a backend as this program's own: entries that the library's shorter one lacks are NULL. Throws Error
/// when the version is another, when one of the ten required entries is missing, or when of a group of entries that
/// belong together only some are there. `library` is used in messages only.
rp_backend adopt_table(const rp_backend& table, const std::string& library);

/// One vendor's library. Devices, buffers and streams refer to it and must not outlive it.
class Backend {
 public:
  /// Loads, checks the ABI version and the required entries, and opens it. Throws Error with the reason.
  Backend(const std::filesystem::path& path, const std::string& options);

  const rp_backend& table() const { return table_; }
  const BackendIdentity& identity() const { return identity_; }
  std::vector<rp_device_info> devices() const;

  /// Throws CaseStopped when `result` is not RP_OK: unsupported → unsupported, anything else → failed.
  void expect(rp_result result, Phase phase, const char* what) const;

 private:
  rp_backend table_{};
  BackendIdentity identity_;
};

class Device {
 public:
  /// Opens the device with this uuid. Throws CaseStopped (failed, load) when it is not there.
  Device(const Backend& backend, const std::string& uuid);
  Device(Device&& other) noexcept;
  Device& operator=(Device&&) = delete;
  ~Device();

  const Backend& backend() const { return *backend_; }
  const rp_backend& table() const { return backend_->table(); }
  const rp_device_info& info() const { return info_; }
  rp_device* get() const { return device_; }
  bool has_event_clock() const { return table().event_create != nullptr; }
  /// From now on operations of this device may use memory of `owner` (itself: they may anyway). Throws CaseStopped
  /// (unsupported) when the backend has no such way.
  void reach(const Device& owner) const;

  /// Throws CaseStopped (unsupported) with the backend's reason when the operation cannot be done. Returns what the
  /// backend says about it: nothing when it has no way to ask; enqueue then tells.
  template <class Params>
  rp_op_facts require(rp_op op, rp_dtype dtype, const Params& params) const {
    rp_op_facts facts{};
    facts.struct_size = sizeof facts;
    if (table().op_query == nullptr) return facts;
    backend_->expect(table().op_query(device_, op, dtype, &params, sizeof params, &facts), Phase::prepare,
                     "operation");
    return facts;
  }

 private:
  const Backend* backend_;
  rp_device* device_ = nullptr;
  rp_device_info info_{};
};

/// Device memory. Every access goes through the ABI's copies.
class Buffer {
 public:
  Buffer(const Device& device, std::uint64_t bytes);
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&&) = delete;
  ~Buffer();

  rp_memory at(std::uint64_t offset = 0) const { return {memory_.handle, memory_.offset + offset}; }
  std::uint64_t bytes() const { return bytes_; }
  const Device& device() const { return *device_; }

  template <class T>
  void write(std::span<const T> values, std::uint64_t first = 0) const {
    write_bytes(values.data(), values.size_bytes(), first * sizeof(T));
  }
  template <class T>
  void read(std::span<T> values, std::uint64_t first = 0) const {
    read_bytes(values.data(), values.size_bytes(), first * sizeof(T));
  }
  /// Every byte 0xFF: NaN in every floating-point type.
  void poison() const { poison(0, bytes_); }
  void poison(std::uint64_t offset, std::uint64_t bytes) const;

 private:
  void write_bytes(const void* from, std::uint64_t bytes, std::uint64_t offset) const;
  void read_bytes(void* to, std::uint64_t bytes, std::uint64_t offset) const;
  const Device* device_;
  rp_memory memory_{};
  std::uint64_t bytes_ = 0;
};

class Stream {
 public:
  explicit Stream(const Device& device);
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&&) = delete;
  ~Stream();

  template <class Params>
  void enqueue(rp_op op, rp_dtype dtype, const Params& params) const {
    const auto& backend = device_->backend();
    backend.expect(backend.table().op_enqueue(stream_, op, dtype, &params, sizeof params), Phase::measure,
                   "enqueue");
  }
  void enqueue_nothing() const;
  /// Copies from the host, to the host, and between devices; host memory stays until sync(). Throw CaseStopped
  /// (unsupported) when the backend has no copies on streams.
  void write(rp_memory to, const void* from, std::uint64_t bytes) const;
  void read(void* to, rp_memory from, std::uint64_t bytes) const;
  void copy(rp_memory to, rp_memory from, std::uint64_t bytes) const;
  /// What is put on the stream from now on does not start before release(). Throws CaseStopped (unsupported) when the
  /// backend cannot hold a stream.
  void hold() const;
  void release() const;
  /// Releases a held stream and waits for what is on it, whatever comes of it.
  void abandon() const noexcept;
  void sync() const;
  rp_stream* get() const { return stream_; }
  const Device& device() const { return *device_; }

 private:
  void require_copies() const;
  const Device* device_;
  rp_stream* stream_ = nullptr;
};

/// A text of the ABI, which may lack its end.
template <std::size_t N>
std::string abi_text(const char (&field)[N]) {
  return std::string(field, ::strnlen(field, N));
}

/// Two events around work on a stream: the device's own clock.
class EventTimer {
 public:
  /// Throws CaseStopped (unsupported) when the backend offers no event clock.
  explicit EventTimer(const Device& device);
  EventTimer(const EventTimer&) = delete;
  EventTimer& operator=(const EventTimer&) = delete;
  ~EventTimer();
  void begin(const Stream& stream) const;
  void end(const Stream& stream) const;
  /// After the stream is synchronised. Throws CaseStopped (wrong) when no time has passed.
  std::int64_t elapsed_ns() const;
  std::int64_t resolution_ns() const { return resolution_ns_; }

 private:
  const Device* device_;
  rp_event* begin_ = nullptr;
  rp_event* end_ = nullptr;
  mutable std::int64_t resolution_ns_ = 0;
};

}  // namespace rackproof
