#include "harness/verdict/cells/cell_peers.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "harness/verdict/peers/repeatability.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kMostRepeated = 4096;

/// Of subjects with two launches, spread evenly over the columns.
bool dominated_by_noise(const CellRow& row, const PeerColumns& columns) {
  std::vector<std::uint32_t> twice;
  for (std::uint32_t i = 0; i < row.n.size(); ++i) {
    if (row.n[i] == 2 && std::isfinite(row.least[i]) && std::isfinite(row.most[i])) twice.push_back(i);
  }
  const std::size_t stride = std::max<std::size_t>(1, twice.size() / kMostRepeated);
  Replicates replicates;
  std::uint32_t launch = 0;
  for (std::size_t i = 0; i < twice.size(); i += stride) {
    for (const float value : {row.least[twice[i]], row.most[twice[i]]}) {
      replicates.value.push_back(double{value});
      replicates.launch.push_back(launch++);
      replicates.device.push_back(twice[i]);
      replicates.rack.push_back(columns.cohort[twice[i]]);
    }
  }
  return repeatability(replicates).dominated_by_noise();
}

}  // namespace

struct CellPeers::Groups {
  Groups(const CellReader& cells, Placement placement)
      : subjects(peer_subjects(cells, placement)),
        groups(subjects.columns),
        findings(subjects, [&cells, placement](std::uint32_t i) {
          return std::string(cells.text(cells.subjects(placement).name[i]));
        }) {}
  PeerSubjects subjects;
  PeerGroups groups;
  PeerFindings findings;
};

CellPeers::CellPeers(const CellReader& cells, Placement placement) : cells_(cells) {
  if ((placement == Placement::device || placement == Placement::node) &&
      cells.subjects(placement).size() >= kLeastPeers)
    groups_ = std::make_unique<Groups>(cells, placement);
}
CellPeers::~CellPeers() = default;

bool CellPeers::compares(std::size_t series) const {
  return groups_ && cells_.series()[series].kind == QuantityKind::real;
}

ComparedCells CellPeers::compare(std::size_t series, CellRow row) const {
  ComparedCells out;
  out.series = series;
  out.rule.direction = cells_.series()[series].direction;
  out.rule.dominated_by_noise = dominated_by_noise(row, groups_->subjects.columns);
  out.cohorts = compare_peers(groups_->groups, row.value, row.status, out.rule);
  out.causes = groups_->findings.causes(row.value, out.cohorts);
  return out;
}

void CellPeers::add(const ComparedCells& compared) {
  groups_->findings.add(cells_.series()[compared.series].metric(), compared.rule, compared.cohorts,
                        compared.causes);
}

void CellPeers::report(Findings& findings) const {
  if (groups_) groups_->findings.report(findings);
}

}  // namespace rackproof
