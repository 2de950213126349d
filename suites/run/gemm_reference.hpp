// The suite's own matrix product in f64: what the answers of backends are held against.
#pragma once

#include <cstdint>
#include <functional>
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

/// Calls work(begin, end) for parts of [0, count) in threads of its own and waits for them. A part has at least
/// `grain` elements; a count below 2 · grain is done in the calling thread. Rethrows what the work threw.
void in_parallel(std::uint64_t count, std::uint64_t grain,
                 const std::function<void(std::uint64_t begin, std::uint64_t end)>& work);

}  // namespace rackproof
