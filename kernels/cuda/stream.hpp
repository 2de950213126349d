// A stream of one device, and what belongs to it alone.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <memory>

#include "kernels/abi.h"
#include "kernels/cuda/hold.hpp"

namespace rackproof::cuda {

class Stream {
 public:
  /// On the current device, with all that it will need: to make that later would wait for a stream that is held.
  /// `workspace`: bytes of workspace(). Does not wait for the default stream. Throws kernels::Failure.
  explicit Stream(std::uint64_t workspace);
  /// Lets a held stream go on and waits for it.
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  cudaStream_t get() const { return stream_; }
  Gates& gates() { return gates_; }
  /// Throws kernels::Failure: RP_INVALID while it is held, RP_FAILED when it was held for too long, and the error of
  /// whatever failed on the stream.
  void sync();
  /// Device memory that only what runs on this stream may use.
  void* workspace() const { return workspace_.get(); }

  /// What cuBLAS documents for Hopper; smaller devices need less.
  static constexpr std::uint64_t kWorkspace = 32u << 20;

 private:
  struct Free {
    void operator()(void* begin) const;
  };

  Gates gates_;
  std::unique_ptr<void, Free> workspace_;
  cudaStream_t stream_ = nullptr;
};

}  // namespace rackproof::cuda
