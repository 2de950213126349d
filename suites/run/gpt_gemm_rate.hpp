// The rate of a plain matrix product, measured beside another case: the yardstick of fractions.
#pragma once

#include <cstdint>

#include "harness/measure/backend.hpp"
#include "harness/measure/group.hpp"

namespace rackproof {

/// flop/s of C = A · B, inputs in T (float, kernels::Bf16), sums and output in f32, m = n = k = 512, median of 9 after a
/// warm-up, summed over ranks that multiply at the same time. All ranks call it. Rows of the last product are checked; throws
/// AgreedStop (wrong, failed, unsupported).
template <class T>
double gemm_rate(const Device& device, std::uint64_t key, const Group& group);

}  // namespace rackproof
