// What was found before a step was measured, as rows of the results.
#pragma once

#include <vector>

#include "harness/record/preflight.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

/// How the key of such a fact begins: "preflight/governor".
inline constexpr std::string_view kPreflightKey = "preflight/";

/// Facts "preflight/<item>": promised is what was needed, found what was found (empty: not readable), source the decision
/// and why. `node` and `device`: the rows that items of the node and of its devices are said of.
std::vector<FactRow> preflight_facts(const Preflight& preflight, std::uint32_t node, std::uint32_t device);

}  // namespace rackproof
