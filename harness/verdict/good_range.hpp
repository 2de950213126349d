// Where a number meets a bound.
#pragma once

#include "harness/verdict/limits.hpp"

namespace rackproof {

struct GoodRange {
  double least;
  double most;
};

/// Lower, upper or band: what good_range() takes.
inline bool has_range(const Bound& bound) {
  return std::holds_alternative<LowerLimit>(bound) || std::holds_alternative<UpperLimit>(bound) ||
         std::holds_alternative<BandLimit>(bound);
}

/// Ends that a bound leaves open are infinite. Throws Error for an exact bound, and for one as promised.
GoodRange good_range(const Bound& bound);

}  // namespace rackproof
