// How much faster one group of devices is than another on one metric, and how sure that is. The replicate is the device: more
// launches or iterations of the same devices say no more about the others of their kind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/statistics.hpp"
#include "harness/language/phrase.hpp"
#include "harness/plan/catalogue.hpp"

namespace rackproof {

enum class RatioWord : std::uint8_t {
  faster,  ///< the interval of the ratio lies on the good side of 1
  slower,  ///< on the bad side
  higher,  ///< the same of a metric that has neither
  lower,
  equivalent,   ///< two one-sided tests say that the ratio lies within the margin
  undecided,    ///< neither is shown
  descriptive,  ///< too little to say anything of other devices than these
};
std::string_view to_string(RatioWord word);
/// faster, slower, higher, lower.
bool says_different(RatioWord word);

/// With fewer devices on either side there is no interval and no verdict.
inline constexpr std::size_t kFewestDevices = 8;

struct RatioSettings {
  double margin =
      0.02;             ///< a ratio within [1 / (1 + margin), 1 + margin] makes no difference; 0 < margin < 1
  double level = 0.05;  ///< of each verdict; 0 < level < 0.5
};

struct Ratio {
  double value = 0;   ///< of the geometric means, to the reference; NaN: a side has no value
  Interval interval;  ///< two-sided, coverage 1 − level, Welch's t of the logs; NaN when descriptive
  double p_better =
      0;  ///< P(a device is better than one of the reference); of neither: is above it; NaN: a side has no value
  double p_differs = 1;     ///< two-sided p-value of "the ratio is not 1"
  double p_equivalent = 1;  ///< the larger one of the two one-sided p-values
  std::size_t n = 0;
  std::size_t reference_n = 0;
  bool clustered =
      false;  ///< racks of a side differ by more than their devices: the racks are what was drawn, and the interval is wider
  RatioWord word = RatioWord::descriptive;
  Phrase why;  ///< it is descriptive only; else empty

  /// Of the test that the word rests on.
  double p_value() const { return word == RatioWord::equivalent ? p_equivalent : p_differs; }
};

/// One positive value a device, and the rack of each; no racks: not known, or no matter.
struct DeviceValues {
  std::vector<double> values;
  std::vector<std::uint32_t> racks;
};

/// Coverage as simulated (tests/bench, comparison-table): nominal but for skewed values of unequal numbers of devices (0.937 for 8 and
/// 32), and for racks that are few and differ by little, which the test for them misses (some 0.92 for three racks of 16).
///
/// One positive value a device. A pair that is surely different but within the margin is equivalent. Throws Error for a value
/// that is not a positive number, and for settings outside their range.
Ratio compare_devices(const DeviceValues& devices, const DeviceValues& reference, Direction direction,
                      const RatioSettings& settings);

}  // namespace rackproof
