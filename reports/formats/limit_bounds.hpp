// The numbers of a limit, for columns.
#pragma once

#include <limits>

#include "harness/verdict/limits.hpp"

namespace rackproof {

/// SI; NaN: there is none. An exact number is both.
struct LimitBounds {
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
};

inline LimitBounds bounds_of(const Bound& bound) {
  LimitBounds out;
  if (const auto* lower = std::get_if<LowerLimit>(&bound)) out.lower = lower->bound;
  if (const auto* upper = std::get_if<UpperLimit>(&bound)) out.upper = upper->bound;
  if (const auto* band = std::get_if<BandLimit>(&bound)) out = {band->lower, band->upper};
  if (const auto* exact = std::get_if<ExactNumber>(&bound))
    out.lower = out.upper = static_cast<double>(exact->value);
  return out;
}

}  // namespace rackproof
