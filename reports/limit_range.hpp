// Where a limit on a number is met, and how far a value is beyond it.
#pragma once

#include <algorithm>
#include <optional>

#include "harness/verdict/good_range.hpp"

namespace rackproof {

/// As good_range(), of an exact number both ends are that number. None: texts, what is promised, a relative limit without a number.
std::optional<GoodRange> limit_range(const Limit& limit);

/// By how much a value is outside; negative inside: the larger, the worse it is.
inline double beyond(const GoodRange& range, double value) {
  return std::max(range.least - value, value - range.most);
}

}  // namespace rackproof
