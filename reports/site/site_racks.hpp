// The racks of a file of cells, and in which of them every subject lies.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "reports/fleet_metric.hpp"

namespace rackproof {

class SiteRacks {
 public:
  /// `cells` must outlive it. Racks are in the order of their nodes, as in CellJudgement.
  explicit SiteRacks(const CellReader& cells);

  std::size_t size() const { return names_.size(); }
  std::string_view name(std::size_t rack) const { return cells_.text(names_[rack]); }
  /// Of each subject of a placement: its rack, or kNoRack.
  const std::vector<std::uint32_t>& of(Placement placement) const {
    return rack_[static_cast<std::size_t>(placement)];
  }

 private:
  const CellReader& cells_;
  std::vector<std::uint32_t> names_;  // text rows
  std::array<std::vector<std::uint32_t>, kPlacementCount> rack_;
};

}  // namespace rackproof
