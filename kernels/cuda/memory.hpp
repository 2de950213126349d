// The memory of one device: handles for allocations.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "kernels/abi.h"
#include "kernels/cuda/launch.hpp"

namespace rackproof::cuda {

/// The allocations of one device, which must be the current one in every call that allocates or frees. A handle is never used
/// twice, on no device of the process.
class DeviceMemory final : public Addresses {
 public:
  explicit DeviceMemory(int device) : device_(device) {}
  ~DeviceMemory() override;
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  /// Throws kernels::Failure: RP_INVALID for 0 bytes, RP_OUT_OF_MEMORY.
  rp_memory allocate(std::uint64_t bytes);
  /// An unknown handle is RP_INVALID, as for all below. The bytes are kept until free_released(), which waits for the whole
  /// device: a stream that is held must not hold the caller up.
  void release(rp_memory memory);
  bool any_released() const { return !released_.empty(); }
  void free_released();

  /// The region's begin. Throws kernels::Failure(RP_INVALID) unless it lies inside its allocation. Finds the memory of
  /// admitted devices too.
  void* at(rp_memory memory, std::uint64_t bytes) const;
  /// The device that owns the memory.
  int owner_of(rp_memory memory) const { return find(memory).device; }
  /// Of a region that was checked; nullptr for "none".
  void* of(rp_memory memory) const override;

  /// From now on the memory of `owner` is found too; `owner` must live until it is dismissed.
  void admit(const DeviceMemory& owner);
  void dismiss(const DeviceMemory& owner) { std::erase(owners_, &owner); }

 private:
  struct Allocation {
    char* begin;
    std::uint64_t bytes;
    int device;
  };
  const Allocation& find(rp_memory memory) const;

  int device_;
  std::map<std::uint64_t, Allocation> allocations_;
  std::vector<void*> released_;
  std::vector<const DeviceMemory*> owners_;
};

}  // namespace rackproof::cuda
