// Which waivers hold for the targets of a file of cells.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "harness/verdict/waivers.hpp"

namespace rackproof {

class CellWaivers {
 public:
  /// As Reservations: each holds on the day on which the campaign of its target ended, or not. Both must outlive it.
  CellWaivers(const CellReader& cells, const Waivers& waivers);

  /// The one that holds for a target and metric (for completion the case id), or null.
  const Waiver* find(std::string_view target, std::string_view metric) const;

 private:
  const Waivers& waivers_;
  std::map<std::string_view, std::vector<std::string_view>> ended_;  // campaigns of each target with a waiver
};

}  // namespace rackproof
