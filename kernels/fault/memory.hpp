// Device memory that the host cannot reach: pages without access rights, opened only while an operation or a
// copy runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "kernels/abi.h"

namespace rackproof::fault {

/// One allocation. A host pointer into it faults unless a Window is open.
class Allocation {
 public:
  /// Throws kernels::Failure(RP_OUT_OF_MEMORY).
  explicit Allocation(std::uint64_t bytes);
  ~Allocation();
  Allocation(const Allocation&) = delete;
  Allocation& operator=(const Allocation&) = delete;

  std::uint64_t size() const { return bytes_; }

 private:
  friend class Window;
  void protect(int rights) const;

  void* pages_;
  std::size_t mapped_bytes_;
  std::uint64_t bytes_;
  int windows_ = 0;
};

/// Access to a region for as long as it lives.
class Window {
 public:
  Window(std::shared_ptr<Allocation> allocation, std::uint64_t offset, std::uint64_t bytes);
  Window(Window&&) noexcept = default;
  Window& operator=(Window&&) = delete;
  ~Window();

  std::span<std::byte> bytes() const { return bytes_; }

 private:
  std::shared_ptr<Allocation> allocation_;
  std::span<std::byte> bytes_;
};

/// The allocations of one device. A handle is never used twice, on no device of the process.
class DeviceMemory {
 public:
  static constexpr std::uint64_t kCapacity = std::uint64_t{1} << 30;

  /// Throws kernels::Failure(RP_OUT_OF_MEMORY) beyond the capacity.
  rp_memory allocate(std::uint64_t bytes);
  /// An unknown handle is RP_INVALID, as for all below.
  void release(rp_memory memory);
  /// Throws kernels::Failure(RP_INVALID) unless the region lies inside its allocation.
  void check(rp_memory memory, std::uint64_t bytes) const;
  Window open(rp_memory memory, std::uint64_t bytes) const;

  /// From now on check() and open() find the memory of `owner` too; `owner` must live until it is dismissed.
  void admit(const DeviceMemory& owner);
  void dismiss(const DeviceMemory& owner) { std::erase(owners_, &owner); }

 private:
  const std::shared_ptr<Allocation>& find(rp_memory memory) const;

  std::map<std::uint64_t, std::shared_ptr<Allocation>> allocations_;
  std::vector<const DeviceMemory*> owners_;
  std::uint64_t used_ = 0;
};

}  // namespace rackproof::fault
