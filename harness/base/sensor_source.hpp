// What a sensor is, whoever reads it, and what its readings can be.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "harness/base/reading.hpp"

namespace rackproof {

/// What a sensor sees. Values of different scopes are never added or compared.
enum class SensorScope : std::uint8_t { die, package, board, node, device, rack };

struct SensorSource {
  std::string name;      ///< unique on its machine: "package-0", "coretemp/Package id 0"
  std::string quantity;  ///< power, temperature, clock, memory
  std::string unit;      ///< SI: W, K, Hz, B
  SensorScope scope = SensorScope::node;
  std::string origin;           ///< the file, or the library, that tells
  double limit = std::nan("");  ///< of a power: what it may draw at most for long; NaN: not known
  bool slow = false;  ///< once a second is enough: its driver tells no more, or each reading disturbs
};

std::string to_string(SensorScope scope);

/// Level of the EE HPC WG's power measurement methodology (version 2.0) that a source can serve: 1 for a power of the whole
/// node and 3 for that of a whole rack. 0: none, because it leaves out parts of the node and the conversion losses, or is no power.
int ee_hpc_level(const SensorSource& source);

/// What a power, a temperature, a clock or a memory size can be: above 0 W to 10 kW (a node: 100 kW, a rack, row or site: 10 MW), above −40 °C to 200 °C and not
/// 0 °C, which a sensor that is not wired tells, above 0 Hz to 100 GHz, above 0 B. Unavailable, with what was read, when it is anything else.
Reading<double> plausible(double value, const SensorSource& source);

}  // namespace rackproof
