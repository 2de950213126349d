#include "reports/site/listed_targets.hpp"

namespace rackproof {

ListedTargets::ListedTargets(const CellReader& cells)
    : cells_(cells), host_(cells.fact(Placement::node, "identity/hostname")) {
  for (const char* name : {"backend", "backend_position", "backend_options"})
    backend_.emplace(name, cells.label(Placement::device, name));
  results_.provenance = cells.provenance();
  results_.series = cells.series();
}

std::uint32_t ListedTargets::row(Placement placement, std::uint32_t subject) {
  const auto known = rows_.find({placement, subject});
  return known != rows_.end() ? known->second : add(placement, subject);
}

std::uint32_t ListedTargets::add(Placement placement, std::uint32_t subject) {
  const Subjects& subjects = cells_.subjects(placement);
  TargetRow target;
  target.name = std::string(cells_.text(subjects.name[subject]));
  target.placement = placement;
  target.scope = std::string(cells_.text(subjects.scope[subject]));
  target.rack = std::string(cells_.text(subjects.rack[subject]));
  if (placement == Placement::node) {
    target.hostname = std::string(cells_.text(host_[subject]));
  } else if (placement != Placement::group) {
    for (const std::uint32_t node : {subjects.node[subject], subjects.second[subject]}) {
      if (node != kNoText) target.members.push_back(row(Placement::node, node));
    }
  }
  if (placement == Placement::device) {
    for (const auto& [name, values] : backend_) {
      if (values[subject] != kNoText) target.labels.emplace(name, cells_.text(values[subject]));
    }
  }
  const auto at = static_cast<std::uint32_t>(results_.targets.size());
  if (placement == Placement::node) target.members = {at};
  results_.targets.push_back(std::move(target));
  rows_.emplace(std::pair(placement, subject), at);
  return at;
}

}  // namespace rackproof
