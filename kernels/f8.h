// The 8-bit floating-point types E4M3 and E5M2 of "OCP 8-bit Floating Point Specification (OFP8)", revision 1.0, Open
// Compute Project, 2023.
#pragma once

#include "kernels/narrow_float.h"

namespace rackproof::kernels {

using F8E4M3 = NarrowFloat<std::uint8_t, 4, 3, false>;
using F8E5M2 = NarrowFloat<std::uint8_t, 5, 2, true>;

}  // namespace rackproof::kernels
