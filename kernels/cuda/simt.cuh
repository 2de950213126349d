// One source of the device kernels for two compilers: nvcc, and a compiler for CPUs with an emulation of the device
// (kernels/cuda/emulated.hpp). Kernels are written in plain CUDA and use, instead of what the two spell differently:
//
//   SIMT_SHARED(T, name, n)     T name[n] in shared memory; n > 0 and constant
//   SIMT_UNROLL                 before a loop of a constant number of rounds
//   Pack<T, W>                  W elements that are loaded and stored at once; memory must be aligned to it
//   launch(kernel, blocks, threads, stream, arguments…)
//                               0 or the cudaError_t; no block at all is no launch and no error
//   load_host, store_host       a word of pinned host memory that the host changes or watches
//   nanoseconds, pause          for loops that wait
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#if defined(__CUDACC__)
#include <cuda_runtime.h>

#include <cuda/ptx>

#define SIMT_SHARED(T, name, n) __shared__ T name[n]
#define SIMT_UNROLL _Pragma("unroll")
#else
#include "kernels/cuda/emulated.hpp"

// The lambda has a type, and so a key, of its own at every place and in every instance of a template.
#define SIMT_SHARED(T, name, n)                                     \
  T* const name = static_cast<T*>(::rackproof::simt::shared_memory( \
      []() -> const void* {                                         \
        static const char key = 0;                                  \
        return &key;                                                \
      }(),                                                          \
      sizeof(T) * (n), alignof(T)))
#define SIMT_UNROLL
#endif

namespace rackproof::simt {

inline constexpr std::uint32_t kWarp = 32;
inline constexpr std::uint32_t kAllLanes = 0xFFFFFFFFu;

template <class T, int W>
struct alignas(sizeof(T) * W) Pack {
  T values[W];
};

#if defined(__CUDACC__)

template <class... Parameters, class... Arguments>
int launch(void (*kernel)(Parameters...), std::uint64_t blocks, std::uint32_t threads, CUstream_st* stream,
           Arguments&&... arguments) {
  if (blocks == 0) return 0;
  if (blocks > 0x7FFFFFFFu) return static_cast<int>(cudaErrorInvalidConfiguration);
  cudaLaunchConfig_t configuration{};
  configuration.gridDim = dim3(static_cast<unsigned>(blocks));
  configuration.blockDim = dim3(threads);
  configuration.stream = stream;
  return static_cast<int>(cudaLaunchKernelEx(&configuration, kernel,
                                             static_cast<Parameters>(std::forward<Arguments>(arguments))...));
}

/// Past the caches.
template <class T, int W>
__device__ void store_streaming(Pack<T, W>* at, const Pack<T, W>& pack) {
  if constexpr (sizeof pack == 16) {
    __stcs(reinterpret_cast<uint4*>(at), reinterpret_cast<const uint4&>(pack));
  } else {
    static_assert(W == 1);
    __stcs(&at->values[0], pack.values[0]);
  }
}

__device__ inline std::uint32_t load_host(const volatile std::uint32_t* at) { return *at; }
__device__ inline void store_host(volatile std::uint32_t* at, std::uint32_t value) { *at = value; }
__device__ inline std::uint64_t nanoseconds() { return ::cuda::ptx::get_sreg_globaltimer(); }
__device__ inline void pause() { __nanosleep(100); }

#else

template <class... Parameters, class... Arguments>
int launch(void (*kernel)(Parameters...), std::uint64_t blocks, std::uint32_t threads, CUstream_st* stream,
           Arguments&&... arguments) {
  if (blocks == 0) return 0;
  if (const int error = check_configuration(blocks, threads); error != 0) return error;
  return enqueue(stream, [=, grid = static_cast<std::uint32_t>(blocks)] {
    run_grid(grid, threads, [=] { kernel(static_cast<Parameters>(arguments)...); });
    return 0;
  });
}

template <class T, int W>
void store_streaming(Pack<T, W>* at, const Pack<T, W>& pack) {
  note_streaming_store();
  *at = pack;
}

inline std::uint32_t load_host(const volatile std::uint32_t* at) {
  return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}
inline void store_host(volatile std::uint32_t* at, std::uint32_t value) {
  __atomic_store_n(at, value, __ATOMIC_RELEASE);
}

#endif

}  // namespace rackproof::simt
