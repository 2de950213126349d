#include "kernels/cuda/hold.hpp"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <atomic>
#include <string>

#include "kernels/cuda/error.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {

using kernels::Failure;

void Gates::close(CUstream_st* stream) {
  if (closed_) throw Failure(RP_INVALID, "the stream is held already");
  if (used_ == kGates)
    throw Failure(RP_INVALID, "a stream cannot be held " + std::to_string(kGates) + " times without a sync");
  *gate(block_.host(), used_) = {0, 0};
  Gate* const seen = gate(block_.device(), used_);
  check(static_cast<cudaError_t>(launch_gate(&seen->open, &seen->expired, timeout_ns_, stream)),
        "launch_gate", "the kernel that holds a stream");
  ++used_;
  behind_ = 0;
  closed_ = true;
}

void Gates::admit() {
  if (!closed_) return;
  if (behind_ == kBehind)
    throw Failure(RP_INVALID, "a stream that is held takes " + std::to_string(kBehind) +
                                  " operations, copies and events, not more");
  ++behind_;
}

void Gates::open() {
  if (!closed_) return;
  std::atomic_ref(gate(block_.host(), used_ - 1)->open).store(1, std::memory_order_release);
  closed_ = false;
}

void Gates::settle() {
  bool expired = false;
  for (std::size_t i = 0; i < used_; ++i) expired |= gate(block_.host(), i)->expired != 0;
  used_ = 0;
  closed_ = false;  // it was synchronised, so the last one has ended too
  if (expired)
    throw Failure(RP_FAILED,
                  "the stream was held for more than " + std::to_string(timeout_ns_ / 1'000'000) + " ms");
}

}  // namespace rackproof::cuda
