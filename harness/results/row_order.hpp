// The order of rows in a results file.
#pragma once

#include "harness/results/results.hpp"

namespace rackproof {

/// Sorts rows that stand in the order in which they came to the journal, so that they do not tell which step ended
/// first: attempts by target, case, launch and attempt, launch values by attempt, facts by target and key, notices and
/// backends by what they say. Rows that name an attempt follow it; samples must not be there yet.
void order_rows(Results& results);

}  // namespace rackproof
