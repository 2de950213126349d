// Which stream of random numbers is for what: no two draws of a simulation share bits.
#pragma once

#include <cstdint>

#include "harness/base/random.hpp"

namespace rackproof {

enum class StreamPart : std::uint8_t {
  rack = 1,
  device = 2,
  night = 3,
  launch = 4,
  link = 5,
  link_night = 6,
  link_launch = 7,
  pair_order = 8,
  fault = 9
};

/// Bounds of its parts: a stream number is 44 bits.
inline constexpr int kMostNights = 1 << 14;
inline constexpr int kMostMetrics = 1 << 14;
inline constexpr int kMostLaunches = 1 << 8;

struct StreamKey {
  StreamPart part = StreamPart::rack;
  int metric = 0;  ///< or the row of a fault
  int night = 0;
  int launch = 0;
};

constexpr std::uint64_t stream_of(const StreamKey& key) {
  return static_cast<std::uint64_t>(key.part) << 40 | static_cast<std::uint64_t>(key.metric) << 24 |
         static_cast<std::uint64_t>(key.night) << 8 | static_cast<std::uint64_t>(key.launch);
}

}  // namespace rackproof
