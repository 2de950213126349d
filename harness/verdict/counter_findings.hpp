// Findings from what was counted around the measurements.
#pragma once

#include "harness/verdict/findings.hpp"

namespace rackproof {

/// "counter": a kind of trouble on a target (counter_kinds.hpp), with how much of it came in how many attempts, and the
/// counter that moved most. "path unproved": a case of messages for which the interface's counters do not tell whether they
/// went over it.
void add_counter_findings(const Results& results, Findings& findings);

}  // namespace rackproof
