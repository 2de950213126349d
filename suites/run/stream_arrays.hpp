// The arrays of one stream operation on one device: data, one pass, and the check of every element.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/measure/backend.hpp"
#include "kernels/stream.h"

namespace rackproof {

/// Full-mantissa data that repeats after a prime number of elements, so that no array or slice size divides it: a
/// counter-based draw for every element of a gigabyte would take longer than the measurement.
class StreamPattern {
 public:
  StreamPattern() = default;  ///< empty, for an array that an operation does not have
  StreamPattern(std::uint64_t key, std::uint64_t array);
  /// Elements [at, at + into.size()).
  void copy(std::uint64_t at, std::span<double> into) const;
  /// The elements from `at` to the next end of the period, `n` at most; none of an empty pattern.
  std::span<const double> run(std::uint64_t at, std::uint64_t n) const;
  /// The same for every pattern that is not empty.
  static std::uint64_t run_length(std::uint64_t at) { return kPeriod - at % kPeriod; }

 private:
  static constexpr std::uint64_t kPeriod = 1000003;
  std::vector<double> values_;
};

/// What is done to arrays of f64 (read: words of 64 bits).
struct StreamSpec {
  rp_op op = RP_OP_TRIAD;
  std::uint32_t stores = RP_STORES_REGULAR;
  std::uint64_t count = 0;  ///< elements of each array
};

class StreamArrays {
 public:
  /// `runner` works on memory of `owner` (the same device, or one whose memory it reaches). Throws CaseStopped:
  /// unsupported, or failed when memory is short.
  StreamArrays(const Device& runner, const Device& owner, const StreamSpec& spec, std::uint64_t key);

  std::uint64_t counted_bytes() const;
  /// Bytes of all arrays together.
  std::uint64_t working_set() const;
  /// All arrays.
  const Buffer& memory() const { return memory_; }
  const Stream& stream() const { return stream_; }

  void enqueue(std::int64_t pass) const;
  /// NaN in the output; for operations that read it, its first content.
  void reset();
  /// Every element of the output of this pass. Throws CaseStopped (wrong). Returns their number.
  std::int64_t check(std::int64_t pass);

 private:
  rp_stream_params params(std::int64_t pass) const;
  /// Byte at which an array begins: a, b and c are 0, 1 and 2.
  std::uint64_t begin_of(int array) const;
  void fill(int array, const StreamPattern& pattern);
  void check_elements(std::int64_t pass);
  void check_run(std::span<const double> found, std::uint64_t at, std::int64_t pass, double q) const;
  void check_sums(std::int64_t pass);
  double expected_sum(std::uint64_t block) const;

  StreamSpec spec_;
  kernels::StreamShape shape_;
  std::vector<double> slice_;  ///< of the output, on the host
  std::vector<double> sums_;   ///< expected: the same in every pass
  StreamPattern pattern_a_, pattern_b_, pattern_c_;
  Buffer memory_;  ///< one piece, equally large for all cold operations: what one case leaves serves the next
  Stream stream_;
};

/// Elements per array so that all arrays of the operation together hold at least 4 × the last-level cache. Throws
/// CaseStopped (failed) when that is more than the device's memory: a smaller set would be measured in cache.
std::uint64_t cold_count(rp_op op, const rp_device_info& info);

/// Elements per array so that all arrays together fill half of the second-level caches of all compute units (a quarter
/// of the last-level cache when there is no second level; 4 MiB when no cache is known).
std::uint64_t hot_count(rp_op op, const rp_device_info& info);

/// Elements per array so that all arrays together fill four times the second-level caches, but a quarter of the last-level
/// cache at most (that when there is no second level; hot_count when the last level is unknown): a set that no cache but
/// the last holds, and that it holds even if it is larger than it says, or others use a part of it.
std::uint64_t resident_count(rp_op op, const rp_device_info& info);

}  // namespace rackproof
