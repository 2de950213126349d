// What [launch] of a site allows to be under load at a time, held against what a plan wants there.
#pragma once

#include <string>

#include "harness/plan/site.hpp"
#include "harness/plan/target.hpp"

namespace rackproof {

/// Nodes that a pair or group may have at most where every limit allows it; 0: there is no limit.
int tightest_limit(const Site& site);

/// Which limit never lets a target run, because all its nodes are under load together, and what it needs:
/// "at_once = 2, it has 4". Empty when the limits let it run.
std::string never_fits(const Site& site, const Target& target);

}  // namespace rackproof
