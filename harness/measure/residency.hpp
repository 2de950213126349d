// Was memory measured, or a cache? The residency rule of bandwidths.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "harness/record/record.hpp"

namespace rackproof {

struct ResidencyFacts {
  Value bandwidth;                ///< B/s
  std::uint64_t working_set = 0;  ///< bytes that the case goes through before it touches the same ones again
  std::uint64_t cache = 0;        ///< bytes of all last-level cache that the case can use; 0: unknown
  double roof = 0;                ///< B/s that the memory cannot exceed; 0: unknown
  bool cold = false;              ///< the case says that its data come from memory
  /// B/s: the best that the same operation did on data that stay in a cache; NaN: unknown. The best, because a busy machine
  /// only slows, and this is what the cache can do.
  double in_cache = std::numeric_limits<double>::quiet_NaN();
};

enum class Residency {
  fine,
  suspicious,  ///< a finding; the number is kept
  undecided,   ///< nothing shows that memory was measured: no number, and nobody is blamed
  refused,     ///< the cache was measured: no number
};

struct ResidencyVerdict {
  Residency residency = Residency::fine;
  std::string reason;  ///< one line; empty when fine
};

/// refused: the working set of a cold case is below 4 × cache; or it is below 4 × cache, cold or not, and the bandwidth
/// above a known roof × 1.02.
/// undecided: the roof is unknown, and a cold bandwidth is not measurably below the best in cache (the upper end of its
/// interval is above 80 % of it), or one of them is no number. Memory is slower than that: copy, scale, add and triad in f64
/// reached 7 to 19 % of it on two CPUs of an AMD EPYC (Zen 3), the upper ends 22 % at most,
/// 41 % beside a load of two threads.
/// suspicious: the bandwidth is above a known roof × 1.02 in spite of a large working set.
/// A hot case without a known roof is fine: nothing speaks against it.
ResidencyVerdict judge_residency(const ResidencyFacts& facts);

}  // namespace rackproof
