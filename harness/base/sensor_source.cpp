#include "harness/base/sensor_source.hpp"

#include <fmt/format.h>

#include "harness/base/units.hpp"

namespace rackproof {

std::string to_string(SensorScope scope) {
  switch (scope) {
    case SensorScope::die:
      return "die";
    case SensorScope::package:
      return "package";
    case SensorScope::board:
      return "board";
    case SensorScope::node:
      return "node";
    case SensorScope::device:
      return "device";
    case SensorScope::rack:
      return "rack";
  }
  return "";
}

int ee_hpc_level(const SensorSource& source) {
  if (source.quantity != "power") return 0;
  return source.scope == SensorScope::node ? 1 : source.scope == SensorScope::rack ? 3 : 0;
}

Reading<double> plausible(double value, const SensorSource& source) {
  constexpr double kMostPower = 1e4, kMostNodePower = 1e5, kMostRackPower = 1e7, kColdest = 233.15,
                   kHottest = 473.15;
  constexpr double kMostClock = 1e11, kMostMemory = 1e17;
  bool good = false;
  if (source.quantity == "power") {
    good = value > 0 && value <= (source.scope == SensorScope::rack   ? kMostRackPower
                                  : source.scope == SensorScope::node ? kMostNodePower
                                                                      : kMostPower);
  } else if (source.quantity == "temperature") {
    good = value > kColdest && value <= kHottest && std::abs(value - kZeroCelsius) > 1e-6;
  } else if (source.quantity == "clock") {
    good = value > 0 && value <= kMostClock;
  } else {
    good = value > 0 && value <= kMostMemory;
  }
  if (good) return value;
  return Reading<double>::unavailable(fmt::format("it tells {:.5g} {}, which cannot be", value, source.unit));
}

}  // namespace rackproof
