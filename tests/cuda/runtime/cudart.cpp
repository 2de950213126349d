// The fake's part of libcudart.
#include <cuda_runtime_api.h>

#include <cstdio>
#include <cstring>
#include <utility>

#include "tests/cuda/runtime/launches.hpp"
#include "tests/cuda/runtime/state.hpp"

namespace fake = rackproof::fake;
using fake::failed;

#define FAKE_CALL()                                                                                 \
  if (const cudaError_t planned_error = fake::planned_cuda(__func__); planned_error != cudaSuccess) \
  return planned_error

/// For what ends something, which a lost device does too.
#define FAKE_END()                                            \
  const cudaError_t end_error = fake::planned_cuda(__func__); \
  if (end_error != cudaSuccess && !fake::lost()) return end_error

/// For what waits for devices.
#define FAKE_WAIT() \
  if (fake::would_wait()) return failed(cudaErrorTimeout)

namespace {

bool is_device(int device) { return device >= 0 && device < fake::configuration().devices; }

/// A region that work on the stream's device may touch.
bool reachable(const CUstream_st* stream, const void* begin, std::uint64_t bytes) {
  const int owner = fake::owner_of(begin, bytes);
  return owner >= 0 && fake::reaches(stream->device, owner);
}

}  // namespace

namespace {

/// What the launch of any kernel on the stream returns: it is launched on the current device.
cudaError_t launch_error(const CUstream_st* stream) {
  if (const cudaError_t error = fake::planned_cuda("cudaLaunchKernel"); error != cudaSuccess) return error;
  const bool right = fake::is_stream(stream) && stream->device == fake::current_device();
  return right ? cudaSuccess : failed(cudaErrorInvalidResourceHandle);
}

}  // namespace

int rackproof::fake::enqueue_kernel(CUstream_st* stream, std::function<int()> work) {
  if (const cudaError_t error = launch_error(stream); error != cudaSuccess) return error;
  enqueue(stream, [work = std::move(work)] { return static_cast<cudaError_t>(work()); });
  return cudaSuccess;
}

int rackproof::fake::launch_gate(const volatile std::uint32_t* open, volatile std::uint32_t* expired,
                                 std::uint64_t timeout_ns, CUstream_st* stream) {
  if (const cudaError_t error = launch_error(stream); error != cudaSuccess) return error;
  enqueue_gate(stream, open, expired, timeout_ns);
  return cudaSuccess;
}

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  FAKE_CALL();
  if (fake::configuration().devices == 0) return failed(cudaErrorNoDevice);  // *count stays as it is
  *count = fake::configuration().devices;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  FAKE_CALL();
  if (!is_device(device)) return failed(cudaErrorInvalidDevice);
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "Emulated device");
  for (int i = 0; i < 16; ++i) properties->uuid.bytes[i] = static_cast<char>(0xA0 + i);
  properties->uuid.bytes[15] = static_cast<char>(device);
  properties->totalGlobalMem = fake::configuration().bytes;
  properties->l2CacheSize = 1 << 20;
  properties->multiProcessorCount = 4;
  properties->memoryBusWidth = 1024;
  properties->pciDomainID = static_cast<int>(fake::configuration().pci_domain);
  properties->pciBusID = 0x3b + device;
  properties->pciDeviceID = 0;
  properties->major = 9;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  FAKE_CALL();
  if (!is_device(device)) return failed(cudaErrorInvalidDevice);
  switch (static_cast<int>(attribute)) {
    case cudaDevAttrComputeMode:
      *value = fake::configuration().compute_mode;
      return cudaSuccess;
    case 134:  // cudaDevAttrHostNumaId, which headers before CUDA 12.2 do not name
      *value = device == 0 ? 1 : -1;
      return cudaSuccess;
    case cudaDevAttrMemoryClockRate:
      *value = fake::configuration().memory_clock_khz;
      return cudaSuccess;
    default:
      return failed(cudaErrorInvalidValue);
  }
}

cudaError_t cudaDriverGetVersion(int* version) {
  FAKE_CALL();
  *version = 13000;
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  FAKE_CALL();
  *version = CUDART_VERSION;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  FAKE_CALL();
  if (!is_device(device)) return failed(cudaErrorInvalidDevice);
  fake::current_device() = device;
  return cudaSuccess;
}

cudaError_t cudaGetLastError() { return fake::take_last_error(); }
const char* cudaGetErrorName(cudaError_t error) {
  return error == cudaErrorMemoryAllocation ? "cudaErrorMemoryAllocation" : "cudaErrorOfTheFake";
}
const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaErrorTimeout ? "would wait for a held stream" : "as it was told to";
}

cudaError_t cudaMalloc(void** begin, size_t bytes) {
  FAKE_CALL();
  FAKE_WAIT();
  *begin = fake::allocate(fake::current_device(), bytes);
  if (*begin == nullptr) return failed(cudaErrorMemoryAllocation);
  fake::count_live("device memory", 1);
  return cudaSuccess;
}

cudaError_t cudaFree(void* begin) {
  FAKE_END();
  if (begin == nullptr) return end_error;
  FAKE_WAIT();
  const int owner = fake::owner_of(begin, 0);
  if (owner >= 0) fake::flush_device(owner);  // it waits for the whole device
  if (!fake::release(begin)) return failed(cudaErrorInvalidValue);
  fake::count_live("device memory", -1);
  return end_error;
}

cudaError_t cudaHostAlloc(void** host, size_t bytes, unsigned) {
  FAKE_CALL();
  FAKE_WAIT();
  *host = fake::allocate_pinned(bytes);
  fake::count_live("pinned memory", 1);
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* host) {
  FAKE_END();
  if (host == nullptr) return end_error;
  FAKE_WAIT();
  if (!fake::is_pinned(host)) return failed(cudaErrorInvalidValue);
  for (int device = 0; device < fake::configuration().devices; ++device) fake::flush_device(device);
  fake::release_pinned(host);
  fake::count_live("pinned memory", -1);
  return end_error;
}

cudaError_t cudaHostGetDevicePointer(void** device, void* host, unsigned) {
  FAKE_CALL();
  if (!fake::is_pinned(host)) return failed(cudaErrorInvalidValue);
  *device = host;
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  FAKE_CALL();
  if (!fake::is_stream(stream)) return failed(cudaErrorInvalidResourceHandle);
  const bool to_device = kind != cudaMemcpyDeviceToHost, from_device = kind != cudaMemcpyHostToDevice;
  const bool sides =
      (to_device ? reachable(stream, to, bytes) : !fake::touches_device_memory(to, bytes)) &&
      (from_device ? reachable(stream, from, bytes) : !fake::touches_device_memory(from, bytes));
  if (!sides) return failed(cudaErrorInvalidValue);
  fake::enqueue(stream, [=] {
    if (bytes != 0) std::memcpy(to, from, bytes);
    return cudaSuccess;
  });
  return cudaSuccess;
}

cudaError_t cudaMemcpyPeerAsync(void* to, int to_device, const void* from, int from_device, size_t bytes,
                                cudaStream_t stream) {
  FAKE_CALL();
  if (!fake::is_stream(stream)) return failed(cudaErrorInvalidResourceHandle);
  if (fake::owner_of(to, bytes) != to_device || fake::owner_of(from, bytes) != from_device)
    return failed(cudaErrorInvalidValue);
  // A device would go through the host without a word.
  if (!reachable(stream, to, bytes) || !reachable(stream, from, bytes)) return failed(cudaErrorInvalidValue);
  fake::enqueue(stream, [=] {
    if (bytes != 0) std::memcpy(to, from, bytes);
    return cudaSuccess;
  });
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* begin, int byte, size_t bytes, cudaStream_t stream) {
  FAKE_CALL();
  if (!fake::is_stream(stream)) return failed(cudaErrorInvalidResourceHandle);
  if (!reachable(stream, begin, bytes)) return failed(cudaErrorInvalidValue);
  fake::enqueue(stream, [=] {
    std::memset(begin, byte, bytes);
    return cudaSuccess;
  });
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  FAKE_CALL();
  *stream = fake::make_stream(fake::current_device());
  fake::count_live("streams", 1);
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  FAKE_END();
  if (!fake::is_stream(stream)) return failed(cudaErrorInvalidResourceHandle);
  fake::flush(stream);
  fake::forget_stream(stream);
  fake::count_live("streams", -1);
  return end_error;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  FAKE_CALL();
  if (!fake::is_stream(stream)) return failed(cudaErrorInvalidResourceHandle);
  return failed(fake::flush(stream));
}

cudaError_t cudaStreamQuery(cudaStream_t stream) {
  FAKE_CALL();
  if (stream == nullptr) return cudaSuccess;  // nothing is ever enqueued there
  if (!fake::is_stream(stream)) return failed(cudaErrorInvalidResourceHandle);
  return stream->work.empty() ? cudaSuccess : failed(cudaErrorNotReady);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  FAKE_CALL();
  *event = new CUevent_st{fake::current_device()};
  fake::count_live("events", 1);
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  if (event == nullptr) return failed(cudaErrorInvalidResourceHandle);
  const cudaError_t error = fake::planned_cuda(__func__);
  delete event;  // the fake itself leaks nothing; the count tells what the caller has left
  if (error == cudaSuccess || fake::lost()) fake::count_live("events", -1);
  return error;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  FAKE_CALL();
  if (!fake::is_stream(stream) || stream->device != event->device)
    return failed(cudaErrorInvalidResourceHandle);
  event->time->recorded = true;
  event->time->reached = false;
  fake::enqueue(stream, [time = event->time] {
    time->reached = true;
    time->ns = fake::device_clock();
    return cudaSuccess;
  });
  return cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float* ms, cudaEvent_t begin, cudaEvent_t end) {
  FAKE_CALL();
  const CUevent_st::Time &first = *begin->time, &second = *end->time;
  if (!first.recorded || !second.recorded || begin->device != end->device)
    return failed(cudaErrorInvalidResourceHandle);
  if (!first.reached || !second.reached) return failed(cudaErrorNotReady);
  *ms = static_cast<float>(static_cast<double>(second.ns - first.ns) * 1e-6);
  return cudaSuccess;
}

cudaError_t cudaDeviceCanAccessPeer(int* possible, int device, int peer) {
  FAKE_CALL();
  if (!is_device(device) || !is_device(peer)) return failed(cudaErrorInvalidDevice);
  *possible = fake::configuration().peers && device != peer ? 1 : 0;
  return cudaSuccess;
}

cudaError_t cudaDeviceEnablePeerAccess(int peer, unsigned) {
  FAKE_CALL();
  FAKE_WAIT();
  if (!fake::configuration().peers) return failed(cudaErrorPeerAccessUnsupported);
  return fake::admit_peer(fake::current_device(), peer) ? cudaSuccess
                                                        : failed(cudaErrorPeerAccessAlreadyEnabled);
}

}  // extern "C"
