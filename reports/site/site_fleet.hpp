// The data of a page about a site: labels of its racks, and metrics without a limit. Those with one come with their certificate row.
#pragma once

#include <set>
#include <utility>

#include "reports/fleet_data.hpp"
#include "reports/site/site_racks.hpp"

namespace rackproof {

/// Labels of the racks' nodes, by name.
std::vector<FleetLabel> site_labels(const CellReader& cells, const SiteRacks& racks);

/// Real quantities on each scope where they were measured, at most so many; `limited`: metrics and scopes to leave out. `threads` 0: all.
std::vector<FleetMetric> site_information(const CellReader& cells, const SiteRacks& racks,
                                          const std::set<std::pair<std::string, std::string>>& limited,
                                          std::size_t most, unsigned threads);

}  // namespace rackproof
