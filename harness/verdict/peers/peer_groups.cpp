#include "harness/verdict/peers/peer_groups.hpp"

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
  // Of subjects in the order of racks they are mostly sorted already.
  if (!std::ranges::is_sorted(out.member, {}, level)) std::ranges::stable_sort(out.member, {}, level);
  for (std::uint32_t i = 0; i < out.member.size(); ++i) {
    if (!out.level.empty() && level(out.member[i]) == out.level.back()) continue;
    out.level.push_back(level(out.member[i]));
    out.offset.push_back(i);
  }
  out.offset.push_back(static_cast<std::uint32_t>(out.member.size()));
  return out;
}

/// Whether the members of each rack share one level of the factor, and nobody without a rack has one.
bool is_of_whole_racks(const PeerPartition& racks, const PeerPartition& label) {
  std::vector<std::uint32_t> level(racks.member.size() + label.member.size(), kNoGroup);
  const auto place = [&](std::uint32_t member) -> std::uint32_t& {
    if (member >= level.size()) level.resize(member + 1, kNoGroup);
    return level[member];
  };
  for (std::uint32_t i = 0; i < label.level.size(); ++i) {
    for (const std::uint32_t member : label.of(i)) place(member) = i;
  }
  std::size_t in_racks = 0;
  for (std::size_t rack = 0; rack < racks.level.size(); ++rack) {
    const auto members = racks.of(rack);
    const std::uint32_t first = place(members.front());
    for (const std::uint32_t member : members) {
      if (place(member) != first) return false;
      in_racks += first != kNoGroup ? 1 : 0;
    }
  }
  return in_racks == label.member.size();
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
  PeerCohort out{cohort, std::move(members), {}, {}};
  out.partitions.push_back(partition(out.members, columns_.rack));
  for (const PeerFactor& label : columns_.labels) out.partitions.push_back(partition(out.members, label));
  for (const PeerPartition& one : out.partitions)
    out.of_whole_racks.push_back(is_of_whole_racks(out.partitions.front(), one));
  return out;
}

}  // namespace rackproof
