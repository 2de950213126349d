// Which rated value no measurement of a metric can exceed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/verdict/rated.hpp"

namespace rackproof {

/// A measurement may exceed a rated value by so much: clocks boost, and rated values are rounded.
inline constexpr double kAboveRoof = 1.02;

/// The rated quantity (rated.hpp) that bounds a metric of one device; empty: none is known, as for what caches deliver.
std::string_view roof_quantity(std::string_view metric);

struct Roof {
  double value = 0;     ///< SI, dense, one direction
  std::string basis{};  ///< "rated.memory_bandwidth of h100-sxm, 3.35 TB/s"
};

/// The roof of a metric on a device; nothing: not known.
std::optional<Roof> roof_of(std::string_view metric, const RatedDevice& device);

}  // namespace rackproof
