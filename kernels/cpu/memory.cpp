#include "kernels/cpu/memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "kernels/edge.h"

namespace rackproof::cpu {
namespace {

using kernels::Failure;

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kHugePage = 2u << 20;

std::uint64_t digest_block(const std::byte* data, std::uint64_t bytes) {
  std::uint64_t hash = 0x9E3779B97F4A7C15u ^ bytes;
  for (std::uint64_t at = 0; at < bytes; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data + at, std::min<std::uint64_t>(8, bytes - at));
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

Mapping::Mapping(std::uint64_t bytes) {
  const bool huge = bytes >= kHugePage;
  const std::uint64_t alignment = huge ? kHugePage : kPage;
  if (bytes > (std::uint64_t{1} << 62)) throw Failure(RP_OUT_OF_MEMORY, "no machine has that much memory");
  capacity_ = (bytes + alignment - 1) / alignment * alignment;
  mapped_bytes_ = capacity_ + (huge ? kHugePage : 0);
  mapped_ = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped_ == MAP_FAILED)
    throw Failure(RP_OUT_OF_MEMORY, "mmap of " + std::to_string(bytes) + " B failed");
  const auto address = reinterpret_cast<std::uintptr_t>(mapped_);
  const std::uintptr_t aligned = (address + alignment - 1) / alignment * alignment;
  bytes_ = {static_cast<std::byte*>(mapped_) + (aligned - address), bytes};
#ifdef MADV_HUGEPAGE
  if (huge) madvise(mapped_, mapped_bytes_, MADV_HUGEPAGE);  // advice: works on small pages too
#endif
}

Mapping::Mapping(Mapping&& other) noexcept
    : mapped_(std::exchange(other.mapped_, nullptr)),
      mapped_bytes_(other.mapped_bytes_),
      capacity_(other.capacity_),
      bytes_(other.bytes_) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(mapped_, other.mapped_);
  std::swap(mapped_bytes_, other.mapped_bytes_);
  std::swap(capacity_, other.capacity_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Mapping::~Mapping() {
  if (mapped_ != nullptr) munmap(mapped_, mapped_bytes_);
}

void first_touch(std::span<std::byte> bytes, ThreadPool& pool) {
  pool.parallel_for(0, bytes.size(), kPage, [&](std::uint64_t begin, std::uint64_t end) {
#ifdef MADV_POPULATE_WRITE
    // One call for pages of whatever size; placed as if this thread had written to each. Linux 5.14.
    if (madvise(bytes.data() + begin, end - begin, MADV_POPULATE_WRITE) == 0) return;
#endif
    for (std::uint64_t at = begin; at < end; at += kPage) bytes[at] = std::byte{0};
  });
}

void copy_bytes(std::byte* to, const std::byte* from, std::uint64_t bytes, ThreadPool& pool) {
  pool.parallel_for(
      0, bytes, std::max<std::uint64_t>(kPage, bytes / (64 * pool.size()) / kPage * kPage),
      [&](std::uint64_t begin, std::uint64_t end) { std::memcpy(to + begin, from + begin, end - begin); });
}

std::uint64_t digest_bytes(std::span<const std::byte> bytes, ThreadPool& pool) {
  constexpr std::uint64_t kBlock = 1u << 20;
  std::vector<std::uint64_t> digests((bytes.size() + kBlock - 1) / kBlock);
  pool.parallel_for(0, digests.size(), 1, [&](std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t i = begin; i < end; ++i) {
      digests[i] = digest_block(bytes.data() + i * kBlock, std::min(kBlock, bytes.size() - i * kBlock));
    }
  });
  return digest_block(reinterpret_cast<const std::byte*>(digests.data()),
                      digests.size() * sizeof(std::uint64_t));
}

rp_memory DeviceMemory::insert(Mapping mapping) {
  static std::atomic<std::uint64_t> last_handle = 0;
  const std::uint64_t handle = ++last_handle;
  mappings_.emplace(handle, std::move(mapping));
  return {handle, 0};
}

const Mapping* DeviceMemory::find(std::uint64_t handle) const {
  const auto found = mappings_.find(handle);
  return found == mappings_.end() ? nullptr : &found->second;
}

std::byte* DeviceMemory::translate(rp_memory memory, std::uint64_t bytes) const {
  const Mapping* mapping = find(memory.handle);
  for (std::size_t i = 0; mapping == nullptr && i < owners_.size(); ++i)
    mapping = owners_[i]->find(memory.handle);
  if (mapping == nullptr)
    throw Failure(RP_INVALID,
                  "no memory of this device or of an open peer: handle " + std::to_string(memory.handle));
  const std::span<std::byte> whole = mapping->bytes();
  if (memory.offset > whole.size() || bytes > whole.size() - memory.offset) {
    throw Failure(RP_INVALID, std::to_string(bytes) + " B at offset " + std::to_string(memory.offset) +
                                  " do not lie inside an allocation of " + std::to_string(whole.size()) +
                                  " B");
  }
  return whole.data() + memory.offset;
}

Mapping DeviceMemory::remove(rp_memory memory) {
  auto node = mappings_.extract(memory.handle);
  if (node.empty())
    throw Failure(RP_INVALID, "no memory of this device: handle " + std::to_string(memory.handle));
  return std::move(node.mapped());
}

void DeviceMemory::admit(const DeviceMemory& owner) {
  if (!admits(owner)) owners_.push_back(&owner);
}

void DeviceMemory::dismiss(const DeviceMemory& owner) { std::erase(owners_, &owner); }

bool DeviceMemory::admits(const DeviceMemory& owner) const {
  return std::ranges::find(owners_, &owner) != owners_.end();
}

}  // namespace rackproof::cpu
