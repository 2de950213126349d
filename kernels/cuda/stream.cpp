#include "kernels/cuda/stream.hpp"

#include "kernels/cuda/error.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {

void Stream::Free::operator()(void* begin) const { ignore(cudaFree(begin)); }

Stream::Stream(std::uint64_t workspace) {
  if (workspace != 0) {
    void* begin = nullptr;
    check(cudaMalloc(&begin, workspace), "cudaMalloc", "workspace for cuBLASLt");
    workspace_.reset(begin);
  }
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "cudaStreamCreateWithFlags", "a stream");
}

Stream::~Stream() {
  // Errors were told by sync(), or nobody asked.
  gates_.open();
  ignore(cudaStreamSynchronize(stream_));
  ignore(cudaStreamDestroy(stream_));
}

void Stream::sync() {
  if (gates_.closed()) throw kernels::Failure(RP_INVALID, "the stream is held: stream_release comes first");
  if (const cudaError_t error = cudaStreamSynchronize(stream_); error != cudaSuccess) {
    // The caller may free its buffers now: what is still running must not reach into them.
    ignore(cudaStreamSynchronize(stream_));
    fail(error, "cudaStreamSynchronize", "what was enqueued on the stream");
  }
  gates_.settle();
}

}  // namespace rackproof::cuda
