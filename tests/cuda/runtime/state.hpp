// What the parts of the fake runtime share.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "tests/cuda/runtime/fake.hpp"

struct CUstream_st {
  int device = 0;
  std::deque<std::function<cudaError_t()>> work;
};

struct CUevent_st {
  struct Time {
    bool recorded = false;
    bool reached = false;
    std::int64_t ns = 0;
  };
  int device = 0;
  std::shared_ptr<Time> time = std::make_shared<Time>();  ///< shared with the stream that will set it
};

namespace rackproof::fake {

const Configuration& configuration();

/// Counts the call; 0, or the error that it must return. A lost device fails everything with `lost` if that is not 0, else with
/// its own error.
int planned(const char* function, int lost = 0);
/// As planned, for functions of cudart; becomes the last error.
cudaError_t planned_cuda(const char* function);
/// Makes an error the last one.
cudaError_t failed(cudaError_t error);
cudaError_t take_last_error();

/// Whether the device is lost. What ends things then does so, although it returns an error; nothing runs or waits any more.
bool lost();

void count_live(const char* kind, std::int64_t by);

/// The device that calls without a stream work on.
int& current_device();

/// Time on the clock of all devices, ns.
std::int64_t device_clock();
/// Lets the clock of the devices run ahead.
void spend(std::int64_t ns);

// ---- memory ----
/// Pinned host memory.
void* allocate_pinned(std::uint64_t bytes);
bool is_pinned(void* host);
void release_pinned(void* host);
void* allocate(int device, std::uint64_t bytes);  ///< nullptr: out of memory
bool release(void* begin);
std::uint64_t used_bytes(int device);
/// The device whose allocation holds all of [begin, begin + bytes), or −1. A region of 0 bytes may end an allocation.
int owner_of(const void* begin, std::uint64_t bytes);
/// Whether any byte of the region is device memory.
bool touches_device_memory(const void* begin, std::uint64_t bytes);
/// Lets `device` reach the memory of `peer`. False: it could already.
bool admit_peer(int device, int peer);
bool reaches(int device, int owner);

// ---- streams ----
CUstream_st* make_stream(int device);
void forget_stream(CUstream_st* stream);
bool is_stream(const CUstream_st* stream);
/// Puts work on the stream.
void enqueue(CUstream_st* stream, std::function<cudaError_t()> work);
/// Runs what is on the stream. An error of the work is sticky.
cudaError_t flush(CUstream_st* stream);
cudaError_t flush_device(int device);

// ---- held streams ----
/// Puts a gate on the stream: what is behind it does not run before *open is 1. Run while it is closed, it expires.
void enqueue_gate(CUstream_st* stream, const volatile std::uint32_t* open, volatile std::uint32_t* expired,
                  std::uint64_t timeout_ns);
/// Whether the caller, who waits for devices, would wait for a gate that is closed. Counts it.
bool would_wait();

}  // namespace rackproof::fake
