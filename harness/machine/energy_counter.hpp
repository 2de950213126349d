// From an energy counter to power, by difference: a counter that wraps is followed, one that cannot be true tells nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/base/reading.hpp"

namespace rackproof {

/// More than any package, memory or board draws, W. What lies above it was no energy.
inline constexpr double kMostCountedPower = 1e4;

class EnergyCounter {
 public:
  /// `range_uj`: the largest value, after which it begins anew at 0 (max_energy_range_uj); 0: not known, it never wraps.
  explicit EnergyCounter(std::int64_t range_uj = 0) : range_uj_(range_uj) {}

  /// Mean power since the reading before, W. Unavailable: the first reading; a reading that is negative or above the range; a
  /// counter that went back where no wrap explains it, jumped by more than kMostCountedPower, or does not move; and when so
  /// much time passed that it could have wrapped twice. Each of these begins anew.
  Reading<double> power(std::int64_t energy_uj, std::int64_t now_ns);

 private:
  struct Mark {
    std::int64_t energy_uj;
    std::int64_t at_ns;
  };
  std::int64_t range_uj_;
  std::optional<Mark> last_;
};

}  // namespace rackproof
