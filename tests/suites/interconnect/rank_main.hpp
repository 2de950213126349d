// The module that all ranks of the test program opened.
#pragma once

#include "kernels/message_passing.h"

namespace rackproof::test {

/// Open from before the first test until after the last one.
const rp_message_passing& messages();

}  // namespace rackproof::test
