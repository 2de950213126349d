// truth.json: what was planted, for whoever checks a verdict.
#pragma once

#include <string>

#include "harness/simulate/simulation.hpp"

namespace rackproof {

/// {"simulated": true, "seed", size, "noise", "measured_nights": […], "faults": [{"kind", "effect", "from_night", "until_night",
/// "metrics": ids or "all", "subjects": [{"name", "serial"}], …}]}. Subjects are named as targets; a leaf as its label, a rack by its
/// name, a night by its number; serials stand beside devices and nodes. A swap has "new_serial", a driver step "drivers": before, after.
/// "metrics" are those that are slower, of devices and of links.
std::string truth_json(const Simulation& simulation);

}  // namespace rackproof
