// Who differs from most others of its model: firmware, driver, kernel, BIOS, microcode, links, counts.
#pragma once

#include "harness/results/results.hpp"
#include "harness/verdict/findings.hpp"

namespace rackproof {

/// Adds a finding "drift" for each quantity of the inventory and model where at least two thirds of three or more targets agree
/// and others differ. What is different everywhere, such as a serial, has no majority.
void add_drift(const Results& results, Findings& findings);

}  // namespace rackproof
