// Copies between host and devices, and between devices.
#pragma once

#include <cstdint>

#include "kernels/abi.h"
#include "kernels/cuda/device.hpp"

namespace rackproof::cuda {

// On a stream. Throw kernels::Failure: RP_INVALID for a region outside its allocation, and for host memory that is not pinned
// on a stream that is held.
void write(rp_device& device, Stream& stream, rp_memory to, const void* from, std::uint64_t bytes);
void read(rp_device& device, Stream& stream, void* to, rp_memory from, std::uint64_t bytes);
void fill(rp_device& device, Stream& stream, rp_memory to, unsigned char byte, std::uint64_t bytes);
/// Both regions are found in `device`, of its own memory or that of a peer. They may not overlap.
void copy(rp_device& device, Stream& stream, rp_memory to, rp_memory from, std::uint64_t bytes);

}  // namespace rackproof::cuda
