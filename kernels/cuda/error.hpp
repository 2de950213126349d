// Errors of the CUDA runtime as results of the ABI.
#pragma once

#include <cuda_runtime_api.h>

#include <string>

#include "kernels/abi.h"

namespace rackproof::cuda {

/// What an error means for the caller. Errors after which no call of the process can succeed on this device (an uncorrectable
/// memory error, a kernel that failed) are RP_DEVICE_LOST.
rp_result result_of(cudaError_t error);

/// "cudaMalloc: cudaErrorMemoryAllocation (2), out of memory; 8 B of device memory"
std::string text_of(cudaError_t error, const char* call, const std::string& attempt);

/// Throws kernels::Failure, and takes the error back from the runtime, which would report it again.
[[noreturn]] void fail(cudaError_t error, const char* call, const std::string& attempt);

/// `call`: the function that was called; `attempt`: what for. Throws kernels::Failure unless it succeeded.
inline void check(cudaError_t error, const char* call, const char* attempt) {
  if (error != cudaSuccess) [[unlikely]]
    fail(error, call, attempt);
}

/// After a failure inside another library, whose errors the runtime that is linked here does not see: asks it for its own of the
/// current device. `text`: of that failure. Throws kernels::Failure(RP_DEVICE_LOST) when the device is lost.
void throw_if_lost(const char* call, const std::string& text);

/// For ends of things, which have nobody to tell: takes the error back from the runtime.
inline void ignore(cudaError_t error) {
  if (error != cudaSuccess) [[unlikely]]
    cudaGetLastError();
}

}  // namespace rackproof::cuda
