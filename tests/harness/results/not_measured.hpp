// Cells without a number.
#pragma once

#include <limits>

namespace rackproof::test {

/// In place of a value that was not measured, as cells hold it.
inline constexpr float kNotMeasured = std::numeric_limits<float>::quiet_NaN();

}  // namespace rackproof::test
