// A comparison as JSON, for programs. Same comparison, same bytes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "harness/verdict/compare/comparison.hpp"

namespace rackproof {

/// Conditions stand before ratios, as they are to be read. A number that is not there is null.
nlohmann::ordered_json comparison_json(const std::vector<ComparisonSide>& sides,
                                       const Comparison& comparison);

}  // namespace rackproof
