// The catalogue: every case that this version knows. Plain data; the code that runs a case stands in
// suites/run.
#pragma once

#include "harness/plan/catalogue.hpp"

namespace rackproof {

/// All cases, in suite order: inventory, memory, compute, interconnect, ai.
Catalogue all_cases();

Catalogue inventory_cases();
Catalogue memory_cases();
Catalogue compute_cases();
Catalogue interconnect_cases();
Catalogue ai_cases();

}  // namespace rackproof
