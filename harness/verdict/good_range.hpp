// Where a number meets a bound.
#pragma once

#include "harness/verdict/limits.hpp"

namespace rackproof {

struct GoodRange {
  double least;
  double most;
};

/// Ends that a bound leaves open are infinite. Throws Error for an exact bound, and for one as promised.
GoodRange good_range(const Bound& bound);

}  // namespace rackproof
