#include "reports/site/site_racks.hpp"

#include <unordered_map>

namespace rackproof {

SiteRacks::SiteRacks(const CellReader& cells) : cells_(cells) {
  std::unordered_map<std::uint32_t, std::uint32_t> rows;
  for (const std::uint32_t rack : cells.subjects(Placement::node).rack) {
    if (rack != kNoText && rows.try_emplace(rack, static_cast<std::uint32_t>(names_.size())).second)
      names_.push_back(rack);
  }
  for (int placement = 0; placement < kPlacementCount; ++placement) {
    auto& of_subjects = rack_[static_cast<std::size_t>(placement)];
    for (const std::uint32_t rack : cells.subjects(static_cast<Placement>(placement)).rack) {
      const auto row = rows.find(rack);
      of_subjects.push_back(row == rows.end() ? kNoRack : row->second);
    }
  }
}

}  // namespace rackproof
