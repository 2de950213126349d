#include "kernels/cuda/copies.hpp"

#include "kernels/cuda/error.hpp"
#include "kernels/regions.h"

namespace rackproof::cuda {
namespace {

/// The runtime waits for the stream when it copies host memory that is not pinned: a held one would wait for its caller.
void require_no_wait(const rp_device& device, Stream& stream, const void* host, std::uint64_t bytes) {
  if (stream.gates().closed() && bytes != 0 && !device.pinned.contains(host, bytes))
    throw kernels::Failure(RP_INVALID, "a stream that is held copies only host memory of host_allocate");
}

}  // namespace

void write(rp_device& device, Stream& stream, rp_memory to, const void* from, std::uint64_t bytes) {
  void* const target = device.memory.at(to, bytes);
  require_no_wait(device, stream, from, bytes);
  stream.gates().admit();
  check(cudaMemcpyAsync(target, from, bytes, cudaMemcpyHostToDevice, stream.get()), "cudaMemcpyAsync",
        "a copy from the host to the device");
}

void read(rp_device& device, Stream& stream, void* to, rp_memory from, std::uint64_t bytes) {
  const void* const source = device.memory.at(from, bytes);
  require_no_wait(device, stream, to, bytes);
  stream.gates().admit();
  check(cudaMemcpyAsync(to, source, bytes, cudaMemcpyDeviceToHost, stream.get()), "cudaMemcpyAsync",
        "a copy from the device to the host");
}

void fill(rp_device& device, Stream& stream, rp_memory to, unsigned char byte, std::uint64_t bytes) {
  void* const target = device.memory.at(to, bytes);
  check(cudaMemsetAsync(target, byte, bytes, stream.get()), "cudaMemsetAsync", "filling device memory");
}

void copy(rp_device& device, Stream& stream, rp_memory to, rp_memory from, std::uint64_t bytes) {
  void* const target = device.memory.at(to, bytes);
  const void* const source = device.memory.at(from, bytes);
  kernels::refuse_overlap({{to, bytes, true}, {from, bytes, false}});
  stream.gates().admit();
  const int here = device.memory.owner_of(to), there = device.memory.owner_of(from);
  if (here == there) {
    check(cudaMemcpyAsync(target, source, bytes, cudaMemcpyDeviceToDevice, stream.get()), "cudaMemcpyAsync",
          "a copy inside a device");
  } else {
    check(cudaMemcpyPeerAsync(target, here, source, there, bytes, stream.get()), "cudaMemcpyPeerAsync",
          "a copy between two devices");
  }
}

}  // namespace rackproof::cuda
