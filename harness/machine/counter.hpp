// Numbers that only grow, read at both ends of a window: what counts is what the window added, never a lifetime.
#pragma once

#include <map>
#include <string>

#include "harness/base/reading.hpp"

namespace rackproof {

struct Counter {
  std::string unit;  ///< SI: "1", "B", "J"
  Reading<double> value;
};

/// By name: "nic/eth0/rx_bytes", "edac/mc0/ue", "aer/0000:17:00.0/fatal", "kernel_log/mce", "device0/ecc_uncorrected".
using Counters = std::map<std::string, Counter>;

/// What a window added to each counter that was there before or after it. Unavailable: it could not be read, disappeared or
/// appeared within the window, is no finite number, or went backwards, as it does after a reset or when it wraps: what was
/// added then is not known.
Counters counter_deltas(const Counters& before, const Counters& after);

/// Those that are worth keeping of each case: more than nothing, or unavailable.
Counters worth_keeping(Counters deltas);

}  // namespace rackproof
