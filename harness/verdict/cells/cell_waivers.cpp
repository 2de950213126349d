#include "harness/verdict/cells/cell_waivers.hpp"

#include <vector>

namespace rackproof {

CellWaivers::CellWaivers(const CellReader& cells, const Waivers& waivers) {
  std::map<std::string_view, std::vector<const Waiver*>> of_target;
  for (const Waiver& waiver : waivers.rows) of_target[waiver.target].push_back(&waiver);
  for (std::size_t at = 0; at < kPlacementCount; ++at) {
    const Subjects& subjects = cells.subjects(static_cast<Placement>(at));
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const auto rows = of_target.find(cells.text(subjects.name[i]));
      if (rows == of_target.end()) continue;
      for (const Waiver* waiver : rows->second) {
        if (holds_on(*waiver, cells.parts().at(subjects.part[i]).finished_utc))
          holding_.emplace(std::pair<std::string_view, std::string_view>(waiver->target, waiver->metric),
                           waiver);
      }
    }
  }
}

const Waiver* CellWaivers::find(std::string_view target, std::string_view metric) const {
  const auto found = holding_.find({target, metric});
  return found == holding_.end() ? nullptr : found->second;
}

}  // namespace rackproof
