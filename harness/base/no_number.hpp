#pragma once

#include <limits>

namespace rackproof {

/// In place of a number that was not measured or cannot be computed. A comparison with it is false: a check on it must be one that then
/// fails.
inline constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

}  // namespace rackproof
