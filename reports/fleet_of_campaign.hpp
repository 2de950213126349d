// The data of a page about one campaign, or a merge of some whose attempts are in one file.
#pragma once

#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"
#include "reports/fleet_data.hpp"
#include "reports/report_view.hpp"

namespace rackproof {

RackStanding standing_of(const RackView& rack);

/// `racks` are those of make_report_view(results, limits, verdicts), which must have been called: it checks that the three belong
/// together. Figures are those of the verdict cells; of metrics without a limit, those of the results.
FleetData fleet_data(const Results& results, const Limits& limits, const Verdicts& verdicts,
                     const std::vector<RackView>& racks);

/// The same with what the launches gave, of the racks of one campaign: a merge of more than kMostRacksWithLaunches has none.
FleetData fleet_data_with_launches(const Results& results, const Limits& limits, const Verdicts& verdicts,
                                   const std::vector<RackView>& racks);

}  // namespace rackproof
