// Was memory measured, or a cache? The residency rule of bandwidths.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/record/record.hpp"

namespace rackproof {

struct ResidencyFacts {
  Value bandwidth;                ///< B/s
  std::uint64_t working_set = 0;  ///< bytes that the case goes through before it touches the same ones again
  std::uint64_t cache = 0;        ///< bytes of all last-level cache that the case can use; 0: unknown
  double roof = 0;                ///< B/s that the memory cannot exceed; 0: unknown
  bool cold = false;              ///< the case says that its data come from memory
  std::optional<Value> in_cache;  ///< B/s of the same operation on data that stay in a cache
};

enum class Residency {
  fine,
  suspicious,  ///< a finding; the number is kept
  refused,     ///< the cache was measured: no number
};

struct ResidencyVerdict {
  Residency residency = Residency::fine;
  std::string reason;  ///< one line; empty when fine
};

/// refused: the working set of a cold case is below 4 × cache; or it is below 4 × cache, cold or not, and the bandwidth
/// above a known roof × 1.02.
/// suspicious: the bandwidth is above a known roof × 1.02 in spite of a large working set; or the roof is unknown and a
/// cold bandwidth is not measurably below the one in cache (their intervals do not lie apart), or is no number.
/// A hot case without a known roof is fine: nothing speaks against it.
ResidencyVerdict judge_residency(const ResidencyFacts& facts);

}  // namespace rackproof
