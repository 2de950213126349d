#pragma once

#include <cstddef>
#include <vector>

#include "kernels/cpu/topology.hpp"

namespace rackproof::cpu {

/// More threads than CPUs, so that the division is exercised on every machine.
inline std::vector<int> repeated_cpus(std::size_t threads) {
  const std::vector<int> allowed = allowed_cpus();
  std::vector<int> list(threads);
  for (std::size_t i = 0; i < threads; ++i) list[i] = allowed[i % allowed.size()];
  return list;
}

}  // namespace rackproof::cpu
