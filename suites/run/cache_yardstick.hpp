// What an operation reaches in the last-level cache: the yardstick that a cold bandwidth must stay below.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "harness/measure/backend.hpp"
#include "suites/run/stream_arrays.hpp"

namespace rackproof {

/// The operation on arrays that the last-level cache holds (resident_count), on all devices at once. Not a result: nothing
/// is checked.
class CacheYardstick {
 public:
  /// Throws CaseStopped.
  CacheYardstick(std::span<const Device> devices, rp_op op, std::uint64_t key);

  /// The best of 200 samples of 0.1 ms or so, B/s: what the cache can do. A busy machine only slows.
  double best_bandwidth();

 private:
  std::int64_t time_ns(std::int64_t passes);

  std::vector<std::unique_ptr<StreamArrays>> arrays_;
  double bytes_ = 0;              ///< of one pass
  std::int64_t since_reset_ = 0;  ///< passes; the arrays are new
};

}  // namespace rackproof
