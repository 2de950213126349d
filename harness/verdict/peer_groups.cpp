#include "harness/verdict/peer_groups.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

PeerPartition partition(const std::vector<std::uint32_t>& members, const PeerFactor& factor) {
  PeerPartition out;
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    if (factor.level[members[i]] != kNoGroup) out.member.push_back(i);
  }
  const auto level = [&](std::uint32_t i) { return factor.level[members[i]]; };
  std::ranges::stable_sort(out.member, {}, level);
  for (std::uint32_t i = 0; i < out.member.size(); ++i) {
    if (!out.level.empty() && level(out.member[i]) == out.level.back()) continue;
    out.level.push_back(level(out.member[i]));
    out.offset.push_back(i);
  }
  out.offset.push_back(static_cast<std::uint32_t>(out.member.size()));
  return out;
}

}  // namespace

PeerGroups::PeerGroups(PeerColumns columns) : columns_(std::move(columns)) {
  const auto require = [&](const std::vector<std::uint32_t>& column) {
    if (column.size() != columns_.size()) throw Error("columns of peers differ in length");
  };
  if (!columns_.node.empty()) require(columns_.node);
  if (columns_.rack.level.empty()) columns_.rack.level.assign(columns_.size(), kNoGroup);
  require(columns_.rack.level);
  for (const PeerFactor& label : columns_.labels) require(label.level);
  std::map<std::uint32_t, std::vector<std::uint32_t>> members;
  for (std::uint32_t i = 0; i < columns_.size(); ++i) {
    if (columns_.cohort[i] != kNoGroup) members[columns_.cohort[i]].push_back(i);
  }
  for (auto& [cohort, rows] : members) cohorts_.push_back(cohort_of(cohort, std::move(rows)));
}

PeerCohort PeerGroups::cohort_of(std::uint32_t cohort, std::vector<std::uint32_t> members) const {
  PeerCohort out{cohort, std::move(members), {}};
  out.partitions.push_back(partition(out.members, columns_.rack));
  for (const PeerFactor& label : columns_.labels) out.partitions.push_back(partition(out.members, label));
  return out;
}

}  // namespace rackproof
