// The files of a first campaign on what was found. What nobody but a person knows is marked "FILL IN".
#pragma once

#include <string>

#include "harness/cli/found_site.hpp"

namespace rackproof {

/// A site file; with what was found as its promises, or without, to ask who is there.
std::string site_text(const FoundSite& site, bool promise);

/// serials.csv of the nodes and devices whose serials are known; empty when none is.
std::string serials_text(const FoundSite& site);

/// A plan of inventory and a few measurements, and its limits: found is what was promised, and nothing may be wrong.
std::string plan_text(const FoundSite& site);
std::string limits_text(const FoundSite& site);

}  // namespace rackproof
