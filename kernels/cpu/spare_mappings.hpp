// Released memory that keeps its pages for the next allocation.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/cpu/memory.hpp"

namespace rackproof::cpu {

/// The kernel zeroes every page that it hands out: for a gigabyte that takes longer than the measurement. Pages stay on
/// the NUMA node of the device that touched them first. The content is whatever was left there.
class SpareMappings {
 public:
  /// `limit`: bytes that may lie idle.
  explicit SpareMappings(std::uint64_t limit) : limit_(limit) {}

  /// A mapping of `bytes` with touched pages, if there is one of at most twice the size.
  std::optional<Mapping> take(std::uint64_t bytes);
  /// Keeps the mapping when it is large enough to be worth it and the limit allows.
  void keep(Mapping mapping);
  /// Gives all back to the system.
  void clear() { spares_.clear(); }

 private:
  std::uint64_t limit_;
  std::vector<Mapping> spares_;
};

}  // namespace rackproof::cpu
