// Memory of a peer on the same pages as the CPU backend's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rackproof::bench {

/// Anonymous memory, aligned to 2 MiB, with the advice to use huge pages. No page exists before the first touch.
class HugeMemory {
 public:
  /// Throws std::bad_alloc.
  explicit HugeMemory(std::size_t bytes);
  HugeMemory(const HugeMemory&) = delete;
  ~HugeMemory();
  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 private:
  void* mapped_;
  std::size_t mapped_bytes_;
  void* data_;
  std::size_t bytes_;
};

template <class T>
class HugeArray {
 public:
  explicit HugeArray(std::size_t count) : memory_(count * sizeof(T)), count_(count) {}
  T* data() const { return static_cast<T*>(memory_.data()); }
  std::size_t size() const { return count_; }
  std::span<T> all() const { return {data(), count_}; }

 private:
  HugeMemory memory_;
  std::size_t count_;
};

}  // namespace rackproof::bench
