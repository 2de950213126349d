// What all judgements have in common in JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "harness/verdict/error_budget.hpp"

namespace rackproof {

nlohmann::json error_budget_json(const ErrorBudget& budget);

}  // namespace rackproof
