// Collectives over one device of each of several processes.
#pragma once

#include <cstdint>

#include "kernels/abi.h"
#include "kernels/cuda/device.hpp"

namespace rackproof::cuda {

/// Fills in the entries of the collectives, where the module was built with NCCL.
void add_collectives(rp_backend& entries);

}  // namespace rackproof::cuda
