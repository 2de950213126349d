#include "kernels/cuda/error.hpp"

#include "kernels/edge.h"

namespace rackproof::cuda {

namespace {

// Errors that the headers of CUDA 12.0 do not name: cudaErrorContained, cudaErrorTensorMemoryLeak.
constexpr int kContained = 226, kTensorMemoryLeak = 721;

}  // namespace

rp_result result_of(cudaError_t error) {
  switch (static_cast<int>(error)) {
    case cudaSuccess:
      return RP_OK;
    case cudaErrorMemoryAllocation:
      return RP_OUT_OF_MEMORY;
    case cudaErrorNotSupported:
    case cudaErrorNotPermitted:
    case cudaErrorPeerAccessUnsupported:
    case cudaErrorTooManyPeers:
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorUnsupportedPtxVersion:
    case cudaErrorDevicesUnavailable:
    case cudaErrorDeviceAlreadyInUse:
    case cudaErrorInsufficientDriver:
    case cudaErrorSystemNotReady:
    case cudaErrorSystemDriverMismatch:
    case cudaErrorCompatNotSupportedOnDevice:
      return RP_UNSUPPORTED;
    case cudaErrorECCUncorrectable:
    case cudaErrorNvlinkUncorrectable:
    case kContained:
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchTimeout:
    case cudaErrorContextIsDestroyed:
    case cudaErrorAssert:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorLaunchFailure:
    case kTensorMemoryLeak:
    case cudaErrorMpsClientTerminated:
    case cudaErrorExternalDevice:
      return RP_DEVICE_LOST;
    default:
      return RP_FAILED;
  }
}

std::string text_of(cudaError_t error, const char* call, const std::string& attempt) {
  return std::string(call) + ": " + cudaGetErrorName(error) + " (" + std::to_string(error) + "), " +
         cudaGetErrorString(error) + "; " + attempt;
}

void fail(cudaError_t error, const char* call, const std::string& attempt) {
  cudaGetLastError();
  throw kernels::Failure(result_of(error), text_of(error, call, attempt));
}

void throw_if_lost(const char* call, const std::string& text) {
  const cudaError_t behind = cudaStreamQuery(nullptr);
  cudaGetLastError();
  if (result_of(behind) == RP_DEVICE_LOST) fail(behind, call, text);
}

}  // namespace rackproof::cuda
