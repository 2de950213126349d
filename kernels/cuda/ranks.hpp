// One rank's end of a communicator of NCCL that waits for nobody for ever.
#pragma once

#include <nccl.h>

#include <chrono>
#include <cstdint>

namespace rackproof::cuda {

/// Calls on it return at once and are waited for here (ncclConfig_t, blocking = 0), for a limited time.
class Ranks {
 public:
  explicit Ranks(std::chrono::milliseconds patience) : patience_(patience) {}
  /// Completes what was started; after a failure, or when that takes too long, gives it up.
  ~Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  /// Meets the other ranks, on the current device. Throws kernels::Failure.
  void join(const ncclUniqueId& id, std::uint32_t ranks, std::uint32_t rank);
  ncclComm_t get() const { return handle_; }
  /// `result`: of `call`, whose end is waited for. Throws kernels::Failure; then nothing but the end of the object is possible.
  void settle(ncclResult_t result, const char* call, const char* attempt);

 private:
  bool complete();

  std::chrono::milliseconds patience_;
  ncclComm_t handle_ = nullptr;
  bool failed_ = false;
};

}  // namespace rackproof::cuda
