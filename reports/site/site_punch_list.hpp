// The punch list of a site: as punch_list() makes it, from the cells that fail or are undecided.
#pragma once

#include <functional>
#include <string_view>

#include "harness/verdict/waivers.hpp"
#include "reports/punch_list.hpp"
#include "reports/site/site_verdicts.hpp"

namespace rackproof {

/// The waiver that holds for a target and metric (for completion the case id), or null. Empty: nothing is waived.
using FindWaiver = std::function<const Waiver*(std::string_view target, std::string_view metric)>;

/// What a failing cell is called in a list of waivers.
std::string target_name(const CellReader& cells, const FailingCell& cell);
std::string metric_name(const CellReader& cells, const FailingCell& cell);

/// `undecided`: cells of SiteVerdicts with their figures, listed after what fails while there is room.
PunchList site_punch_list(const CellReader& cells, const Limits& limits, const CellJudgement& judgement,
                          const std::vector<UndecidedCell>& undecided, const FindWaiver& waiver);

}  // namespace rackproof
