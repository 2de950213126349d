// Host memory that the devices reach without a detour.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace rackproof::cuda {

/// One pinned allocation, seen by every device at the address that the host uses.
class PinnedBlock {
 public:
  /// Throws kernels::Failure(RP_OUT_OF_MEMORY, …). Zeros.
  explicit PinnedBlock(std::uint64_t bytes);
  ~PinnedBlock();
  PinnedBlock(const PinnedBlock&) = delete;
  PinnedBlock& operator=(const PinnedBlock&) = delete;

  void* host() const { return host_; }
  std::uint64_t size() const { return bytes_; }
  /// The same bytes as a kernel addresses them. Throws kernels::Failure.
  void* device() const;

 private:
  void* host_ = nullptr;
  std::uint64_t bytes_;
};

/// The pinned allocations that a caller has asked for.
class PinnedMemory {
 public:
  /// Throws kernels::Failure: RP_INVALID for 0 bytes, RP_OUT_OF_MEMORY.
  void* allocate(std::uint64_t bytes);
  /// Throws kernels::Failure(RP_INVALID) for an address that allocate() did not return. The bytes are kept until
  /// free_released(), which waits for every device.
  void release(void* host);
  bool any_released() const { return !released_.empty(); }
  void free_released() { released_.clear(); }
  /// Whether all of the region lies in one allocation.
  bool contains(const void* begin, std::uint64_t bytes) const;

 private:
  std::map<const void*, std::unique_ptr<PinnedBlock>, std::less<>> blocks_;
  std::vector<std::unique_ptr<PinnedBlock>> released_;
};

}  // namespace rackproof::cuda
