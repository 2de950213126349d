// An open device and what was made on it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/abi.h"
#include "kernels/cuda/event.hpp"
#include "kernels/cuda/matmul.hpp"
#include "kernels/cuda/memory.hpp"
#include "kernels/cuda/pinned.hpp"
#include "kernels/cuda/stream.hpp"

struct rp_device {
  /// Makes the device current and its context. Throws kernels::Failure: RP_UNSUPPORTED when somebody else holds it.
  rp_device(std::uint32_t index, const rp_device_info& info);
  ~rp_device();
  rp_device(const rp_device&) = delete;
  rp_device& operator=(const rp_device&) = delete;

  /// What follows on this thread is done on this device. Throws kernels::Failure.
  void make_current() const;
  /// For what must happen in any case: ends of things find their device themselves.
  void try_current() const;
  bool any_held() const;
  /// Frees what was released. Throws kernels::Failure.
  void free_released();

  int index;
  std::string uuid;
  std::uint32_t compute_units;
  rackproof::cuda::DeviceMemory memory;
  rackproof::cuda::PinnedMemory pinned;
  std::unique_ptr<rackproof::cuda::Products> products;
  std::unique_ptr<rackproof::cuda::Stream> copies;  ///< of copies that the caller waits for
  std::vector<std::unique_ptr<rp_stream>> streams;
  std::vector<std::unique_ptr<rp_event>> events;
};

struct rp_stream {
  rp_device* device;
  rackproof::cuda::Stream stream{rackproof::cuda::Stream::kWorkspace};
};

struct rp_event {
  rp_device* device;
  rackproof::cuda::Event event{};
};
