// Seeds of statistical tests: drawn anew in each run, and printed when it fails. RACKPROOF_SEED=… draws the same again.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <random>

namespace rackproof {

inline std::uint64_t drawn_seed() {
  if (const char* const seed = std::getenv("RACKPROOF_SEED")) return std::strtoull(seed, nullptr, 10);
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace rackproof
