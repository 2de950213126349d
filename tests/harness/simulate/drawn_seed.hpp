// Seeds of statistical tests: drawn anew in each run, and printed when it fails.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace rackproof {

inline std::uint64_t drawn_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace rackproof
