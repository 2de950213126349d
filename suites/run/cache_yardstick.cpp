#include "suites/run/cache_yardstick.hpp"

#include <algorithm>
#include <chrono>

#include "harness/measure/sampler.hpp"

namespace rackproof {

CacheYardstick::CacheYardstick(std::span<const Device> devices, rp_op op, std::uint64_t key) {
  for (const Device& device : devices) {
    const StreamSpec spec{op, RP_STORES_REGULAR, resident_count(op, device.info())};
    arrays_.push_back(std::make_unique<StreamArrays>(device, device, spec, key));
    bytes_ += static_cast<double>(arrays_.back()->counted_bytes());
  }
}

std::int64_t CacheYardstick::time_ns(std::int64_t passes) const {
  const auto begin = std::chrono::steady_clock::now();
  for (std::int64_t pass = 0; pass < passes; ++pass) {
    for (const auto& arrays : arrays_) arrays->enqueue(pass);
  }
  for (const auto& arrays : arrays_) arrays->stream().sync();
  const auto elapsed = std::chrono::steady_clock::now() - begin;
  return std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count(), 1);
}

Value CacheYardstick::bandwidth() const {
  constexpr int kSamples = 11;
  constexpr std::int64_t kSampleNs = 1'000'000;
  constexpr std::int64_t kMostPasses = 4096;
  std::int64_t passes = 1;
  while (time_ns(passes) < kSampleNs && passes < kMostPasses) passes *= 2;
  std::vector<std::int64_t> ns;
  for (int i = 0; i < kSamples; ++i) ns.push_back(time_ns(passes));
  return rate(ns, bytes_ * static_cast<double>(passes), kNominalCoverage);
}

}  // namespace rackproof
