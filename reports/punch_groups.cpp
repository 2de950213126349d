#include "reports/punch_groups.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace rackproof {

namespace {

using Rows = std::vector<std::size_t>;
using Cause = std::tuple<Verdict, std::string_view, std::string_view>;

Cause cause_of(const PunchEntry& entry) {
  if (entry.verdict == Verdict::fail) return {entry.verdict, entry.metric, entry.failure};
  return {entry.verdict, entry.reason, {}};
}

std::map<std::string, std::string> shared_labels(const PunchList& list, const Rows& rows) {
  auto shared = list.entries[rows.front()].labels;
  for (const auto row : rows) {
    std::erase_if(shared, [&labels = list.entries[row].labels](const auto& label) {
      const auto found = labels.find(label.first);
      return found == labels.end() || found->second != label.second;
    });
  }
  std::erase_if(shared, [&list](const auto& label) { return list.site_labels.contains(label.first); });
  return shared;
}

PunchGroup group_of(const PunchList& list, Rows rows, std::size_t racks) {
  const PunchEntry& first = list.entries[rows.front()];
  PunchGroup group;
  group.verdict = first.verdict;
  const bool one_metric =
      std::ranges::all_of(rows, [&](auto row) { return list.entries[row].metric == first.metric; });
  if (one_metric) {
    group.metric = first.metric;
    group.title = first.title;
  }
  group.failure = first.failure;
  if (first.verdict != Verdict::fail) group.reason = first.reason;
  group.racks = racks;
  if (racks == 1) group.rack = first.place.racks;
  if (racks > 1) group.labels = shared_labels(list, rows);
  group.entries = std::move(rows);
  return group;
}

}  // namespace

PunchGroups punch_groups(const PunchList& list) {
  std::map<Cause, Rows> causes;
  for (std::size_t row = 0; row < list.entries.size(); ++row)
    causes[cause_of(list.entries[row])].push_back(row);
  PunchGroups out;
  for (auto& [cause, rows] : causes) {
    std::map<std::string_view, Rows> by_rack;  // what spans racks by all their names
    std::set<std::string_view> racks;
    for (const auto row : rows) {
      const Place& place = list.entries[row].place;
      by_rack[place.racks].push_back(row);
      if (!place.rack.empty()) racks.insert(place.rack);
    }
    if (racks.size() >= kSmallestGroup) {
      out.groups.push_back(group_of(list, std::move(rows), racks.size()));
      continue;
    }
    for (auto& [rack, here] : by_rack) {
      if (here.size() >= kSmallestGroup) {
        out.groups.push_back(group_of(list, std::move(here), 1));
      } else {
        out.singles.insert(out.singles.end(), here.begin(), here.end());
      }
    }
  }
  std::ranges::sort(out.groups, {}, [](const PunchGroup& group) { return group.entries.front(); });
  std::ranges::sort(out.singles);
  return out;
}

}  // namespace rackproof
