// A stream of one device, and what belongs to it alone.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "kernels/abi.h"
#include "kernels/cuda/hold.hpp"

namespace rackproof::cuda {

class Stream {
 public:
  /// On the current device. Does not wait for the default stream. Throws kernels::Failure.
  Stream();
  /// Lets a held stream go on and waits for it.
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  cudaStream_t get() const { return stream_; }
  Gates& gates() { return gates_; }
  /// Throws kernels::Failure: RP_INVALID while it is held, RP_FAILED when it was held for too long, and the error of
  /// whatever failed on the stream.
  void sync();
  /// Device memory that only what runs on this stream may use, kWorkspace bytes. Throws kernels::Failure.
  void* workspace();

  /// What cuBLAS documents for Hopper; smaller devices need less.
  static constexpr std::uint64_t kWorkspace = 32u << 20;

 private:
  cudaStream_t stream_ = nullptr;
  Gates gates_;
  void* workspace_ = nullptr;
};

}  // namespace rackproof::cuda
