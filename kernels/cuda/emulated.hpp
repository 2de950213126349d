// What a compiler for CPUs needs to compile the device kernels: the words of CUDA, in terms of an emulation that is linked
// with them (tests/cuda/emulation). No header of a toolkit.
//
// Every lane (CUDA thread) of a block runs as a fiber. Grids and blocks have one dimension. Functions that end with a
// `place` take the place of their call, for messages.
#pragma once

#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <source_location>
#include <type_traits>

struct CUstream_st;

namespace rackproof::simt {

struct Index {
  std::uint32_t x = 0;
};

/// What a kernel sees of the lane that runs it.
struct Lane {
  Index thread;
  Index block;
  Index block_size;
  Index grid_size;
};

/// The lane that runs now. Call only inside a kernel, as all that follow down to note_streaming_store().
const Lane& lane();

/// All threads of the block wait for each other; says whether `value` was true for any of them. Threads that wait at
/// different places, or a thread that has ended, end the process with a report.
bool block_barrier(bool value, std::source_location place);

/// The lanes of `mask` give a value each; a lane gets that of lane `source`, without any order of memory. A mask without
/// the caller, with lanes that do not exist or have ended, or that is not the same for all lanes of it, a source outside
/// it, and lanes that come from different places end the process with a report.
std::uint64_t exchange(std::uint32_t mask, std::uint64_t value, std::uint32_t source,
                       std::source_location place);
/// One bit for each lane of `mask`, 1 where `value` is true.
std::uint32_t ballot(std::uint32_t mask, bool value, std::source_location place);
/// The lanes of `mask` wait for each other; orders memory.
void warp_barrier(std::uint32_t mask, std::source_location place);

/// Shared memory of the block: the same for the same key, filled with 0xFF (NaN) when the block starts. More than 48 KiB
/// in a block ends the process with a report.
void* shared_memory(const void* key, std::size_t bytes, std::size_t alignment);

/// Lets others run: inside a loop that waits for memory to change.
void pause();
/// A clock that does not stop, ns.
std::uint64_t nanoseconds();

/// A store past the caches was made.
void note_streaming_store();

/// Runs all blocks to their end, on the calling thread. Threads of a block: 1 … 1024.
void run_grid(std::uint32_t blocks, std::uint32_t threads, const std::function<void()>& kernel);

/// The hook: every launch of a kernel comes through here, and whoever links the emulation defines it. `work` runs the
/// whole grid and returns 0 or a cudaError_t; it holds copies of the kernel's arguments. Returns what the launch returns.
/// tests/cuda/emulation/immediate.cpp runs the work at once; a runtime with streams of its own queues it instead.
int enqueue(CUstream_st* stream, std::function<int()> work);

/// 0, or 9 (cudaErrorInvalidConfiguration) for a grid or block that no device takes.
constexpr int check_configuration(std::uint64_t blocks, std::uint64_t threads) {
  return blocks >= 1 && blocks <= 0x7FFFFFFFu && threads >= 1 && threads <= 1024 ? 0 : 9;
}

}  // namespace rackproof::simt

#define __global__ static
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(threads)
#define __restrict__ __restrict
#define threadIdx (::rackproof::simt::lane().thread)
#define blockIdx (::rackproof::simt::lane().block)
#define blockDim (::rackproof::simt::lane().block_size)
#define gridDim (::rackproof::simt::lane().grid_size)

inline void __syncthreads(std::source_location place = std::source_location::current()) {
  rackproof::simt::block_barrier(false, place);
}
inline int __syncthreads_or(int value, std::source_location place = std::source_location::current()) {
  return rackproof::simt::block_barrier(value != 0, place) ? 1 : 0;
}
inline void __syncwarp(unsigned mask = 0xFFFFFFFFu,
                       std::source_location place = std::source_location::current()) {
  rackproof::simt::warp_barrier(mask, place);
}
inline unsigned __ballot_sync(unsigned mask, int value,
                              std::source_location place = std::source_location::current()) {
  return rackproof::simt::ballot(mask, value != 0, place);
}

template <class T>
T __shfl_sync(unsigned mask, T value, int source,
              std::source_location place = std::source_location::current()) {
  static_assert(sizeof(T) <= 8 && std::is_trivially_copyable_v<T>);
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  bits = rackproof::simt::exchange(mask, bits, static_cast<std::uint32_t>(source) & 31u, place);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int distance,
                  std::source_location place = std::source_location::current()) {
  const auto lane = static_cast<int>(threadIdx.x % 32);
  return __shfl_sync(mask, value, lane ^ distance, place);
}

template <class T>
T atomicAdd(T* at, std::type_identity_t<T> value) {
  return std::atomic_ref<T>(*at).fetch_add(value, std::memory_order_relaxed);
}
template <class T>
T atomicXor(T* at, std::type_identity_t<T> value) {
  return std::atomic_ref<T>(*at).fetch_xor(value, std::memory_order_relaxed);
}

inline int __popc(unsigned bits) { return std::popcount(bits); }
