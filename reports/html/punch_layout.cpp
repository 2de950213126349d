#include "reports/html/punch_layout.hpp"

#include <algorithm>

namespace rackproof::html {

PunchLayout punch_layout(const PunchList& list, PageRoom room) {
  PunchLayout layout;
  const bool crowded = list.entries.size() > room.full;
  const auto add = [&](const std::vector<std::size_t>& entries, std::optional<PunchGroup> group) {
    const std::size_t most = crowded && group ? std::min(room.full, kFullOfGroup) : room.full;
    const auto full = static_cast<std::ptrdiff_t>(std::min(entries.size(), most));
    const auto rows =
        static_cast<std::ptrdiff_t>(std::min(entries.size() - static_cast<std::size_t>(full), room.rows));
    const auto begin = entries.begin();
    layout.beyond += static_cast<std::size_t>(std::ssize(entries) - full - rows);
    if (full + rows == 0) return;
    room.full -= static_cast<std::size_t>(full);
    room.rows -= static_cast<std::size_t>(rows);
    layout.blocks.push_back({std::move(group), {begin, begin + full}, {begin + full, begin + full + rows}});
  };
  const PunchGroups groups = punch_groups(list);
  for (const auto& group : groups.groups) add(group.entries, group);
  add(groups.singles, std::nullopt);
  return layout;
}

}  // namespace rackproof::html
