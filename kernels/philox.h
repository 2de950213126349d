// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11): the
// suite's only source of data. Key = hash(campaign seed, case id), counter = element: the same bits on every
// device, rank count and backend.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace rackproof::kernels {

using PhiloxBlock = std::array<std::uint32_t, 4>;

constexpr PhiloxBlock philox4x32(std::uint64_t key, std::uint64_t counter, std::uint64_t stream = 0) {
  PhiloxBlock x{static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
                static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)};
  auto k0 = static_cast<std::uint32_t>(key);
  auto k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * x[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * x[2];
    x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return x;
}

/// Key of a case: FNV-1a over the case id, mixed with the campaign seed.
constexpr std::uint64_t data_key(std::uint64_t seed, std::string_view case_id) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : case_id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return hash ^ (seed * 0x9E3779B97F4A7C15ull);
}

/// Element i of an array: uniform in [1, 2) with a full mantissa. `array` keeps the arrays of one case apart.
template <class T>
T uniform_1_2(std::uint64_t key, std::uint64_t array, std::uint64_t i) {
  const PhiloxBlock block = philox4x32(key, i / (sizeof(T) == 8 ? 2 : 4), array);
  if constexpr (sizeof(T) == 8) {
    const std::size_t at = 2 * (i % 2);
    const std::uint64_t bits = std::uint64_t{block[at]} << 32 | block[at + 1];
    return 1.0 + static_cast<double>(bits >> 12) * 0x1p-52;
  } else {
    return 1.0f + static_cast<float>(block[i % 4] >> 9) * 0x1p-23f;
  }
}

/// Element i: standard normal (Box-Muller in f64, then rounded to T).
template <class T>
T normal(std::uint64_t key, std::uint64_t array, std::uint64_t i) {
  const PhiloxBlock block = philox4x32(key, i / 2, array);
  const double u = (static_cast<double>(block[0]) + 0.5) * 0x1p-32;
  const double v = (static_cast<double>(block[1]) + 0.5) * 0x1p-32;
  const double radius = std::sqrt(-2.0 * std::log(u));
  const double angle = 2.0 * std::numbers::pi * v;
  return static_cast<T>(i % 2 == 0 ? radius * std::cos(angle) : radius * std::sin(angle));
}

}  // namespace rackproof::kernels
