// Promises that nobody is held to.
#pragma once

#include <vector>

#include "harness/verdict/findings.hpp"
#include "harness/verdict/promised.hpp"

namespace rackproof {

/// Adds a finding "promised, not judged" for each metric with a row of `promised` that is not covered by a limit. `is_covered`: by
/// row.
void add_promises_without_limit(const Promised& promised, const std::vector<bool>& is_covered,
                                const Results& results, Findings& findings);

}  // namespace rackproof
