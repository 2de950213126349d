// The numbers that a device keeps, as its backend tells them.
#pragma once

#include <string>
#include <vector>

#include "harness/base/reading.hpp"
#include "harness/measure/backend.hpp"

namespace rackproof {

struct DeviceCounter {
  std::string name;  ///< as in kernels/abi.h: "ecc_uncorrected", "power_limit"
  std::string unit;  ///< SI
  double value = 0;  ///< as it was told: it may be no finite number
};

/// All of a device, 4096 at most, in the order of the backend. Unavailable where the backend has none or refuses, with its word.
Reading<std::vector<DeviceCounter>> read_counters(const Device& device);

}  // namespace rackproof
