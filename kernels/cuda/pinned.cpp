#include "kernels/cuda/pinned.hpp"

#include <cuda_runtime_api.h>

#include <cstring>
#include <string>
#include <utility>

#include "kernels/cuda/error.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {

PinnedBlock::PinnedBlock(std::uint64_t bytes) : bytes_(bytes) {
  const cudaError_t error = cudaHostAlloc(&host_, bytes, cudaHostAllocPortable | cudaHostAllocMapped);
  if (error != cudaSuccess) fail(error, "cudaHostAlloc", std::to_string(bytes) + " B of pinned host memory");
  std::memset(host_, 0, bytes);
}

PinnedBlock::~PinnedBlock() { ignore(cudaFreeHost(host_)); }

void* PinnedBlock::device() const {
  void* address = nullptr;
  check(cudaHostGetDevicePointer(&address, host_, 0), "cudaHostGetDevicePointer",
        "the device's address of pinned host memory");
  return address;
}

void* PinnedMemory::allocate(std::uint64_t bytes) {
  if (bytes == 0) throw kernels::Failure(RP_INVALID, "an allocation of 0 B");
  auto block = std::make_unique<PinnedBlock>(bytes);
  void* const host = block->host();
  blocks_.emplace(host, std::move(block));
  return host;
}

void PinnedMemory::release(void* host) {
  const auto found = blocks_.find(host);
  if (found == blocks_.end()) throw kernels::Failure(RP_INVALID, "no pinned memory of this device");
  released_.push_back(std::move(found->second));
  blocks_.erase(found);
}

bool PinnedMemory::contains(const void* begin, std::uint64_t bytes) const {
  auto found = blocks_.upper_bound(begin);
  if (found == blocks_.begin()) return false;
  --found;
  const auto offset =
      static_cast<std::uint64_t>(static_cast<const char*>(begin) - static_cast<const char*>(found->first));
  return offset <= found->second->size() && bytes <= found->second->size() - offset;
}

}  // namespace rackproof::cuda
