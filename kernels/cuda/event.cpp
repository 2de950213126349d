#include "kernels/cuda/event.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cuda/error.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {

Event::Event() {
  check(cudaEventCreateWithFlags(&event_, cudaEventDefault), "cudaEventCreateWithFlags", "an event");
}

Event::~Event() { ignore(cudaEventDestroy(event_)); }

void Event::record(cudaStream_t stream) {
  check(cudaEventRecord(event_, stream), "cudaEventRecord", "an event on a stream");
}

Elapsed elapsed(const Event& begin, const Event& end) {
  float ms = 0;
  const cudaError_t error = cudaEventElapsedTime(&ms, begin.get(), end.get());
  if (error == cudaErrorNotReady || error == cudaErrorInvalidResourceHandle) {
    cudaGetLastError();
    throw kernels::Failure(RP_INVALID, text_of(error, "cudaEventElapsedTime",
                                               "an event was not reached, stream_sync comes first; or the "
                                               "events are of different devices"));
  }
  check(error, "cudaEventElapsedTime", "the time between two events");
  const double step = std::nextafter(ms, std::numeric_limits<float>::max()) - ms;
  return {std::llround(1e6 * static_cast<double>(ms)),
          std::max<std::int64_t>(500, static_cast<std::int64_t>(std::ceil(1e6 * step)))};
}

}  // namespace rackproof::cuda
