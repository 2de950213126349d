// What a sample may hold besides the operation.
#pragma once

namespace rackproof {

/// Largest share of the shortest sample that an empty operation and the loop around it may take.
inline constexpr double kLargestOverhead = 0.01;

/// False for a share that is no number.
bool is_small_overhead(double share);

/// Throws AgreedStop (failed) unless the share is small. `sample_s`: the shortest sample, s. All ranks of a group call it
/// with the same figures.
void require_small_overhead(double share, double sample_s);

}  // namespace rackproof
