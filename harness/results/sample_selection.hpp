// Which samples a results file keeps: all, or those that may be asked for.
#pragma once

#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

/// Plan key samples = "notable+audit": true for each attempt that is either. Notable: outcome not
/// ok, throttled, a retry, a launch beyond the planned ones, or a launch value outside median ± 5 scaled MAD
/// of its series in this campaign (same placement). Audit: one attempt in a thousand, chosen by a hash of
/// target, case and launch. Never chosen by a limit.
std::vector<bool> notable_or_audited(const Results& results);

}  // namespace rackproof
