// The suite's own matrix product in f64: what the answers of backends are held against.
#pragma once

#include <cstdint>
#include <span>

namespace rackproof {

/// C = A · B of one product. A is m × k, B is k × n, C is m × n, row-major, in f64.
struct Dimensions {
  std::uint64_t m = 0, n = 0, k = 0;
  double multiplications() const {
    return static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  }
};

/// C = A · B on all CPUs that this thread may use. Sums of integers below 2^53 are exact.
void multiply_reference(const Dimensions& size, std::span<const double> a, std::span<const double> b,
                        std::span<double> c);

}  // namespace rackproof
