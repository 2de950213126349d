#include "kernels/cuda/memory.hpp"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>

#include "kernels/cuda/error.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {

using kernels::Failure;

DeviceMemory::~DeviceMemory() {
  // Nobody is left to be told that freeing failed; the process gives the memory back when it ends.
  for (void* const begin : released_) ignore(cudaFree(begin));
  for (const auto& [handle, allocation] : allocations_) ignore(cudaFree(allocation.begin));
}

rp_memory DeviceMemory::allocate(std::uint64_t bytes) {
  if (bytes == 0) throw Failure(RP_INVALID, "an allocation of 0 B");
  static std::atomic<std::uint64_t> last_handle = 0;
  const std::uint64_t handle = ++last_handle;
  const auto place = allocations_.try_emplace(handle, Allocation{nullptr, bytes, device_}).first;
  void* begin = nullptr;
  const cudaError_t error = cudaMalloc(&begin, bytes);
  if (error != cudaSuccess) {
    allocations_.erase(place);
    fail(error, "cudaMalloc", std::to_string(bytes) + " B on device " + std::to_string(device_));
  }
  place->second.begin = static_cast<char*>(begin);
  return {handle, 0};
}

void DeviceMemory::release(rp_memory memory) {
  const auto found = allocations_.find(memory.handle);
  if (found == allocations_.end())
    throw Failure(RP_INVALID, "no memory of this device: handle " + std::to_string(memory.handle));
  released_.push_back(found->second.begin);
  allocations_.erase(found);
}

void DeviceMemory::free_released() {
  while (!released_.empty()) {
    void* const begin = released_.back();
    released_.pop_back();
    check(cudaFree(begin), "cudaFree", "memory that was released");
  }
}

const DeviceMemory::Allocation& DeviceMemory::find(rp_memory memory) const {
  if (const auto own = allocations_.find(memory.handle); own != allocations_.end()) return own->second;
  for (const DeviceMemory* owner : owners_) {
    if (const auto found = owner->allocations_.find(memory.handle); found != owner->allocations_.end())
      return found->second;
  }
  throw Failure(RP_INVALID,
                "no memory of this device or of an open peer: handle " + std::to_string(memory.handle));
}

void* DeviceMemory::at(rp_memory memory, std::uint64_t bytes) const {
  const Allocation& allocation = find(memory);
  if (memory.offset > allocation.bytes || bytes > allocation.bytes - memory.offset) {
    throw Failure(RP_INVALID, std::to_string(bytes) + " B at offset " + std::to_string(memory.offset) +
                                  " do not lie inside an allocation of " + std::to_string(allocation.bytes) +
                                  " B");
  }
  return allocation.begin + memory.offset;
}

void* DeviceMemory::of(rp_memory memory) const {
  return memory.handle == 0 ? nullptr : find(memory).begin + memory.offset;
}

void DeviceMemory::admit(const DeviceMemory& owner) {
  if (std::ranges::find(owners_, &owner) == owners_.end()) owners_.push_back(&owner);
}

}  // namespace rackproof::cuda
