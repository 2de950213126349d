// How much of a site one campaign may be on.
#pragma once

#include <cstddef>
#include <string>

#include "harness/plan/site.hpp"

namespace rackproof {

/// One orchestrator, one journal, one results file.
inline constexpr std::size_t kMostRacks = 512;

/// Throws ConfigurationError, with `file` as the site's name, when the site has more racks than a campaign may be on.
void check_campaign_size(const Site& site, const std::string& file);

}  // namespace rackproof
