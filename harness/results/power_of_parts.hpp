// What the parts of a node told of their own power beside an attempt: no node, and no rack, draws less.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

class PowerOfParts {
 public:
  /// From what the campaign's own samplers told; imported sources are left out.
  explicit PowerOfParts(const Results& results);

  /// W that the packages of a node drew together, or its devices, whichever is more: on some modules a device's power holds that of
  /// the processor beside it, so the two are not added. Of several kinds of sources for the packages, and of several sources for
  /// one device, the largest; devices without a UUID by kind. Nothing where none covered
  /// the attempt.
  std::optional<double> of(std::uint32_t attempt, std::uint32_t node) const;

  /// Of those of the nodes that told.
  std::optional<double> of_all(std::uint32_t attempt, const std::vector<std::uint32_t>& nodes) const;

 private:
  std::unordered_map<std::uint64_t, double> watts_;  // attempt << 32 | node
};

}  // namespace rackproof
