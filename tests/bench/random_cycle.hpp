// The cycle that both sides of the latency comparison walk: one place per cache line, all lines, in random order.
#pragma once

#include <cstdint>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

namespace rackproof::bench {

inline constexpr std::uint64_t kLine = 64;

/// Lines in the order of the walk; the last one leads back to the first. The same for the same size.
class RandomCycle {
 public:
  explicit RandomCycle(std::uint64_t bytes) : order_(bytes / kLine) {
    std::iota(order_.begin(), order_.end(), std::uint32_t{0});
    std::mt19937_64 random(1);
    for (std::uint64_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random() % i]);
  }
  std::uint64_t lines() const { return order_.size(); }
  /// Byte offset of a place of the walk, counted from its beginning, any number of rounds.
  std::uint64_t offset(std::uint64_t place) const { return order_[place % order_.size()] * kLine; }

 private:
  std::vector<std::uint32_t> order_;
};

}  // namespace rackproof::bench
