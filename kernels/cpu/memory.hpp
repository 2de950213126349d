// Device memory of the CPU backend: handles, their translation, pages placed by first touch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "kernels/abi.h"
#include "kernels/cpu/thread_pool.hpp"

namespace rackproof::cpu {

/// Anonymous memory, on huge pages where the system allows it. No page exists before the first touch.
class Mapping {
 public:
  /// Throws kernels::Failure(RP_OUT_OF_MEMORY).
  explicit Mapping(std::uint64_t bytes);
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();

  std::span<std::byte> bytes() const { return bytes_; }
  /// Bytes that were asked for at first, up to the end of the last page.
  std::uint64_t capacity() const { return capacity_; }
  /// From now on the mapping is this long, at most its capacity.
  void use_first(std::uint64_t bytes) { bytes_ = {bytes_.data(), bytes}; }

 private:
  void* mapped_;
  std::size_t mapped_bytes_;
  std::uint64_t capacity_;
  std::span<std::byte> bytes_;
};

/// Every thread touches the pages that it will work on, so that they lie on its NUMA node.
void first_touch(std::span<std::byte> bytes, ThreadPool& pool);

/// Copies with all threads, divided as the kernels divide their arrays.
void copy_bytes(std::byte* to, const std::byte* from, std::uint64_t bytes, ThreadPool& pool);

/// 64-bit digest: the same for any number of threads.
std::uint64_t digest_bytes(std::span<const std::byte> bytes, ThreadPool& pool);

/// The allocations of one device. A handle is never used twice, on no device of the process.
class DeviceMemory {
 public:
  rp_memory insert(Mapping mapping);
  /// The host pointer of a region, of this device or of an owner that was admitted. Throws
  /// kernels::Failure(RP_INVALID) when the handle is unknown or the region does not lie inside its allocation.
  std::byte* translate(rp_memory memory, std::uint64_t bytes) const;
  /// Takes an allocation of this device out. Throws kernels::Failure(RP_INVALID) when the handle is unknown.
  Mapping remove(rp_memory memory);

  /// From now on translate() finds the memory of `owner` too; `owner` must live until it is dismissed.
  void admit(const DeviceMemory& owner);
  void dismiss(const DeviceMemory& owner);
  bool admits(const DeviceMemory& owner) const;

 private:
  const Mapping* find(std::uint64_t handle) const;

  std::unordered_map<std::uint64_t, Mapping> mappings_;
  std::vector<const DeviceMemory*> owners_;
};

}  // namespace rackproof::cpu
