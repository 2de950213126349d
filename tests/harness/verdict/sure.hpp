// How certain a statistical test is before it fails.
#pragma once

namespace rackproof::test {

/// Of a bound on a share that was counted: what is sound is beyond it once in a million runs.
inline constexpr double kSure = 1 - 1e-6;

}  // namespace rackproof::test
