// What several entries of a punch list have in common: one case that fails again and again, one reason for many gaps.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reports/punch_list.hpp"

namespace rackproof {

/// Entries that make a group: of one rack, or racks when the group spans them.
inline constexpr std::size_t kSmallestGroup = 3;

/// Failing entries of one metric and kind of failure, or undecided ones of one reason.
struct PunchGroup {
  Verdict verdict = Verdict::fail;
  std::string metric;   ///< empty: several
  std::string title;    ///< of the metric; may be empty
  std::string failure;  ///< empty unless fail
  Phrase reason;        ///< empty when it fails
  std::string rack;     ///< empty: several
  std::size_t racks = 0;
  std::map<std::string, std::string>
      labels;  ///< that all entries share, but not the whole site; only of several racks
  std::vector<std::size_t> entries;  ///< rows of PunchList::entries, in their order
};

struct PunchGroups {
  std::vector<PunchGroup> groups;    ///< worst first, as their first entries stand in the list
  std::vector<std::size_t> singles;  ///< rows of PunchList::entries that are in no group
};

/// Made of the entries listed: what the list leaves out is in no group.
PunchGroups punch_groups(const PunchList& list);

}  // namespace rackproof
