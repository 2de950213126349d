// A kernel that keeps a stream waiting (kernels/cuda/launch.hpp).
#include "kernels/cuda/launch.hpp"
#include "kernels/cuda/simt.cuh"

namespace rackproof::cuda {
namespace {

__global__ void __launch_bounds__(1)
    gate(const volatile std::uint32_t* open, volatile std::uint32_t* expired, std::uint64_t timeout_ns) {
  const std::uint64_t begin = simt::nanoseconds();
  while (simt::load_host(open) == 0) {
    if (simt::nanoseconds() - begin >= timeout_ns) {
      simt::store_host(expired, 1);
      return;
    }
    simt::pause();
  }
}

}  // namespace

int launch_gate(const volatile std::uint32_t* open, volatile std::uint32_t* expired, std::uint64_t timeout_ns,
                CUstream_st* stream) {
  return simt::launch(gate, 1, 1, stream, open, expired, timeout_ns);
}

}  // namespace rackproof::cuda
