#include "harness/verdict/cells/cell_waivers.hpp"

namespace rackproof {

CellWaivers::CellWaivers(const CellReader& cells, const Waivers& waivers) : waivers_(waivers) {
  for (const Waiver& waiver : waivers.rows) ended_.try_emplace(waiver.target);
  for (std::size_t at = 0; at < kPlacementCount; ++at) {
    const Subjects& subjects = cells.subjects(static_cast<Placement>(at));
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const auto target = ended_.find(cells.text(subjects.name[i]));
      if (target != ended_.end()) target->second.push_back(cells.parts().at(subjects.part[i]).finished_utc);
    }
  }
}

const Waiver* CellWaivers::find(std::string_view target, std::string_view metric) const {
  const auto ends = ended_.find(target);
  if (ends == ended_.end()) return nullptr;
  for (const std::string_view end : ends->second) {
    if (const Waiver* waiver = waivers_.find(target, metric, end)) return waiver;
  }
  return nullptr;
}

}  // namespace rackproof
