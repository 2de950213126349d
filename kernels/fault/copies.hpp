// Copies on streams, and host memory for them.
#pragma once

#include "kernels/abi.h"

namespace rackproof::fault {

void add_copies(rp_backend& entries);

}  // namespace rackproof::fault
