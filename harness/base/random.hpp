// Random numbers of simulations and resampling: value i of a stream is a function of (seed, stream, i) alone, so any number
// of threads in any order gets the same. Philox 4x32-10, the suite's only generator.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/philox.h"

namespace rackproof {

class RandomStream {
 public:
  /// Streams with another number are independent.
  RandomStream(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

  /// 64 random bits.
  std::uint64_t bits(std::uint64_t i) const;
  /// In (0, 1), never an end: 53 bits.
  double uniform(std::uint64_t i) const;
  /// In [0, below), `below` ≥ 1; the bias is below 2^-32 for below < 2^32.
  std::uint64_t index(std::uint64_t i, std::uint64_t below) const;
  double normal(std::uint64_t i) const;
  /// normal(first), normal(first + 1), …: at half the cost of asking for each, for an even `first`.
  void normals(std::uint64_t first, std::span<double> out) const;
  /// Student's t with a few degrees of freedom, scaled to variance 1 (so degrees ≥ 3). Costs degrees + 1 normals.
  double student(std::uint64_t i, int degrees) const;

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
};

/// The next numbers of a stream, one after the other.
class RandomSequence {
 public:
  RandomSequence(std::uint64_t seed, std::uint64_t stream) : stream_(seed, stream) {}
  double uniform() { return stream_.uniform(next_++); }
  double normal() { return stream_.normal(next_++); }
  double student(int degrees) { return stream_.student(next_++, degrees); }
  std::uint64_t index(std::uint64_t below) { return stream_.index(next_++, below); }

 private:
  RandomStream stream_;
  std::uint64_t next_ = 0;
};

}  // namespace rackproof
