#include "harness/cli/verdict_json.hpp"

#include "harness/verdict/gate_error.hpp"

namespace rackproof {

using nlohmann::json;

json error_budget_json(const ErrorBudget& budget) {
  return {{"numbers", budget.numbers}, {"error", kGateError}, {"expected_false_fails", budget.expected}};
}

}  // namespace rackproof
