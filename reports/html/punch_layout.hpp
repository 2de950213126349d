// Which entries of a punch list a page shows, and how.
#pragma once

#include <optional>
#include <vector>

#include "reports/html/sections.hpp"
#include "reports/punch_groups.hpp"

namespace rackproof::html {

/// One group, or what is in none. Rows of PunchList::entries.
struct PunchBlock {
  std::optional<PunchGroup> group;
  std::vector<std::size_t> full;  ///< with all that is known
  std::vector<std::size_t> rows;  ///< compact, after the full ones
};

struct PunchLayout {
  std::vector<PunchBlock> blocks;  ///< groups first; none is empty
  std::size_t beyond = 0;          ///< listed entries for which there is no room
};

/// A list that fits into `room.full` is shown in full; of a longer one the first entries of each group are.
PunchLayout punch_layout(const PunchList& list, PageRoom room);

}  // namespace rackproof::html
