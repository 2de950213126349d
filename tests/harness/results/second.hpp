// Times in tests.
#pragma once

#include <cstdint>

namespace rackproof::test {

inline constexpr std::int64_t kSecond = 1'000'000'000;  ///< ns

}  // namespace rackproof::test
