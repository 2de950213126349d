// What all judgements have in common in JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "harness/verdict/error_budget.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

nlohmann::json findings_json(const std::vector<Finding>& findings);
nlohmann::json error_budget_json(const ErrorBudget& budget);

}  // namespace rackproof
