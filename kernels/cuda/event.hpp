// Points in time on the device's clock.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace rackproof::cuda {

struct Elapsed {
  std::int64_t ns;
  std::int64_t resolution_ns;
};

class Event {
 public:
  /// On the current device. Throws kernels::Failure.
  Event();
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  cudaEvent_t get() const { return event_; }
  void record(cudaStream_t stream);

 private:
  cudaEvent_t event_ = nullptr;
};

/// The runtime hands out milliseconds as a float, of a clock of about 0.5 µs (CUDA Runtime API, cudaEventElapsedTime): the
/// resolution is that, and the distance to the next float where it is larger. Throws kernels::Failure(RP_INVALID) when one of
/// them was not recorded, or is not reached yet, or they belong to different devices.
Elapsed elapsed(const Event& begin, const Event& end);

}  // namespace rackproof::cuda
