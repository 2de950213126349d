// IEEE 754 binary16.
#pragma once

#include "kernels/narrow_float.h"

namespace rackproof::kernels {

using F16 = NarrowFloat<std::uint16_t, 5, 10, true>;

}  // namespace rackproof::kernels
