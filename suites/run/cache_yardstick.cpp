#include "suites/run/cache_yardstick.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace rackproof {

CacheYardstick::CacheYardstick(std::span<const Device> devices, rp_op op, std::uint64_t key) {
  for (const Device& device : devices) {
    const StreamSpec spec{op, RP_STORES_REGULAR, resident_count(op, device.info())};
    arrays_.push_back(std::make_unique<StreamArrays>(device, device, spec, key));
    bytes_ += static_cast<double>(arrays_.back()->counted_bytes());
  }
}

std::int64_t CacheYardstick::time_ns(std::int64_t passes) {
  // An array that is multiplied in place stays normalised for that many.
  constexpr std::int64_t kMostSinceReset = 512;
  if (since_reset_ + passes > kMostSinceReset) {
    for (const auto& arrays : arrays_) arrays->reset();
    since_reset_ = 0;
  }
  since_reset_ += passes;
  const auto begin = std::chrono::steady_clock::now();
  for (std::int64_t pass = 0; pass < passes; ++pass) {
    for (const auto& arrays : arrays_) arrays->enqueue(pass);
  }
  for (const auto& arrays : arrays_) arrays->stream().sync();
  const auto elapsed = std::chrono::steady_clock::now() - begin;
  return std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count(), 1);
}

double CacheYardstick::best_bandwidth() {
  // Many short ones: beside a load all threads run at the same time for moments only.
  constexpr int kSamples = 200;
  constexpr std::int64_t kSampleNs = 100'000;
  constexpr std::int64_t kMostPasses = 256;
  std::int64_t passes = 1;
  while (time_ns(passes) < kSampleNs && passes < kMostPasses) passes *= 2;
  std::int64_t shortest = std::numeric_limits<std::int64_t>::max();
  for (int i = 0; i < kSamples; ++i) shortest = std::min(shortest, time_ns(passes));
  return bytes_ * static_cast<double>(passes) / (static_cast<double>(shortest) * 1e-9);
}

}  // namespace rackproof
