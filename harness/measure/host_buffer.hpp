// Memory of the host that a device copies from and to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/measure/backend.hpp"

namespace rackproof {

enum class HostMemory {
  pageable,  ///< as a program gets it from the system
  pinned,    ///< by the device's backend: stays where it is, so that the device reads and writes it itself
};

class HostBuffer {
 public:
  /// Throws CaseStopped: unsupported when the backend pins no memory, failed when there is too little.
  HostBuffer(const Device& device, HostMemory kind, std::uint64_t bytes);
  HostBuffer(const HostBuffer&) = delete;
  HostBuffer& operator=(const HostBuffer&) = delete;
  ~HostBuffer();

  std::byte* data() const { return data_; }
  std::uint64_t bytes() const { return bytes_; }
  template <class T>
  std::span<T> as() const {
    return {reinterpret_cast<T*>(data_), bytes_ / sizeof(T)};
  }

 private:
  const Device& device_;
  HostMemory kind_;
  std::uint64_t bytes_;
  std::byte* data_ = nullptr;
};

}  // namespace rackproof
