#include "kernels/fault/memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>

#include "kernels/edge.h"

namespace rackproof::fault {

using kernels::Failure;

Allocation::Allocation(std::uint64_t bytes) : mapped_bytes_((bytes + 4095) / 4096 * 4096), bytes_(bytes) {
  pages_ = mmap(nullptr, mapped_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages_ == MAP_FAILED) throw Failure(RP_OUT_OF_MEMORY, "mmap of " + std::to_string(bytes) + " B failed");
}

Allocation::~Allocation() { munmap(pages_, mapped_bytes_); }

void Allocation::protect(int rights) const {
  if (mprotect(pages_, mapped_bytes_, rights) != 0) throw Failure(RP_FAILED, "mprotect failed");
}

Window::Window(std::shared_ptr<Allocation> allocation, std::uint64_t offset, std::uint64_t bytes)
    : allocation_(std::move(allocation)) {
  if (allocation_->windows_ == 0) allocation_->protect(PROT_READ | PROT_WRITE);
  ++allocation_->windows_;
  bytes_ = {static_cast<std::byte*>(allocation_->pages_) + offset, bytes};
}

Window::~Window() {
  if (!allocation_ || --allocation_->windows_ > 0) return;
  mprotect(allocation_->pages_, allocation_->mapped_bytes_,
           PROT_NONE);  // taking rights away cannot fail for good reason
}

rp_memory DeviceMemory::allocate(std::uint64_t bytes) {
  if (bytes == 0) throw Failure(RP_INVALID, "an allocation of 0 B");
  if (bytes > kCapacity - used_) {
    throw Failure(RP_OUT_OF_MEMORY, std::to_string(bytes) + " B asked for, " +
                                        std::to_string(kCapacity - used_) + " of " +
                                        std::to_string(kCapacity) + " B left");
  }
  static std::atomic<std::uint64_t> last_handle = 0;
  const std::uint64_t handle = ++last_handle;
  allocations_.emplace(handle, std::make_shared<Allocation>(bytes));
  used_ += bytes;
  return {handle, 0};
}

void DeviceMemory::release(rp_memory memory) {
  const auto found = allocations_.find(memory.handle);
  if (found == allocations_.end())
    throw Failure(RP_INVALID, "no memory of this device: handle " + std::to_string(memory.handle));
  used_ -= found->second->size();
  allocations_.erase(found);
}

void DeviceMemory::admit(const DeviceMemory& owner) {
  if (std::ranges::find(owners_, &owner) == owners_.end()) owners_.push_back(&owner);
}

const std::shared_ptr<Allocation>& DeviceMemory::find(rp_memory memory) const {
  if (const auto own = allocations_.find(memory.handle); own != allocations_.end()) return own->second;
  for (const DeviceMemory* owner : owners_) {
    if (const auto found = owner->allocations_.find(memory.handle); found != owner->allocations_.end())
      return found->second;
  }
  throw Failure(RP_INVALID,
                "no memory of this device or of an open peer: handle " + std::to_string(memory.handle));
}

void DeviceMemory::check(rp_memory memory, std::uint64_t bytes) const {
  const std::uint64_t size = find(memory)->size();
  if (memory.offset > size || bytes > size - memory.offset) {
    throw Failure(RP_INVALID, std::to_string(bytes) + " B at offset " + std::to_string(memory.offset) +
                                  " do not lie inside an allocation of " + std::to_string(size) + " B");
  }
}

Window DeviceMemory::open(rp_memory memory, std::uint64_t bytes) const {
  check(memory, bytes);
  return Window(find(memory), memory.offset, bytes);
}

}  // namespace rackproof::fault
