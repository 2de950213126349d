#include "tests/bench/huge_array.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace rackproof::bench {

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

}  // namespace

HugeMemory::HugeMemory(std::size_t bytes)
    : mapped_bytes_((bytes + kHugePage - 1) / kHugePage * kHugePage + kHugePage), bytes_(bytes) {
  mapped_ = ::mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped_ == MAP_FAILED) throw std::bad_alloc();
  const auto address = reinterpret_cast<std::uintptr_t>(mapped_);
  data_ = static_cast<std::byte*>(mapped_) + (kHugePage - address % kHugePage) % kHugePage;
  ::madvise(mapped_, mapped_bytes_, MADV_HUGEPAGE);
}

HugeMemory::~HugeMemory() { ::munmap(mapped_, mapped_bytes_); }

}  // namespace rackproof::bench
