// The entries of the table that work on a stream: streams, holds, events, copies and operations.
#pragma once

#include "kernels/abi.h"

namespace rackproof::cuda {

void add_streams(rp_backend& entries);

}  // namespace rackproof::cuda
