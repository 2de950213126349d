#include "reports/site/listed_targets.hpp"

namespace rackproof {

ListedTargets::ListedTargets(const CellReader& cells)
    : cells_(cells), host_(cells.fact(Placement::node, "identity/hostname")) {
  for (const std::string& name : cells.labels()) of_nodes_.emplace(name, cells.label(Placement::node, name));
  for (const char* name : {"backend", "backend_position", "backend_options"})
    of_devices_.emplace(name, cells.label(Placement::device, name));
  results_.provenance = cells.provenance();
  results_.series = cells.series();
}

std::uint32_t ListedTargets::row(Placement placement, std::uint32_t subject) {
  const auto known = rows_.find({placement, subject});
  return known != rows_.end() ? known->second : add(placement, subject);
}

void ListedTargets::set_labels(TargetRow& target, const Labels& labels, std::uint32_t subject) const {
  for (const auto& [name, values] : labels) {
    if (values[subject] != kNoText) target.labels.emplace(name, cells_.text(values[subject]));
  }
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
    set_labels(target, of_nodes_, subject);
  } else if (placement != Placement::group) {
    for (const std::uint32_t node : {subjects.node[subject], subjects.second[subject]}) {
      if (node != kNoText) target.members.push_back(row(Placement::node, node));
    }
  }
  if (placement == Placement::device) set_labels(target, of_devices_, subject);
  const auto at = static_cast<std::uint32_t>(results_.targets.size());
  if (placement == Placement::node) target.members = {at};
  results_.targets.push_back(std::move(target));
  rows_.emplace(std::pair(placement, subject), at);
  return at;
}

}  // namespace rackproof
