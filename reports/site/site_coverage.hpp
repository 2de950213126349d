// Coverage of a site: what became of every promised case, rack by rack.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "reports/coverage.hpp"
#include "reports/site/site_racks.hpp"

namespace rackproof {

struct SiteCoverage {
  CoverageView view;          ///< racks in site order, then "between racks" if anything is promised there
  std::vector<bool> started;  ///< of each rack: something was attempted there, or a node of it answered
};

/// Reads what became of each case once; where a rack may not have been started, also the states of its cells. `threads` 0: all.
SiteCoverage site_coverage(const CellReader& cells, const SiteRacks& racks, unsigned threads);

/// Why a case counts as not measured, for people.
const Text& reason_of(CaseOutcome outcome);

}  // namespace rackproof
