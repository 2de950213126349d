#include "harness/cli/verdict_json.hpp"

#include "harness/verdict/gate_error.hpp"

namespace rackproof {

using nlohmann::json;

json findings_json(const std::vector<Finding>& findings) {
  json out = json::array();
  for (const Finding& finding : findings) {
    out.push_back({{"id", finding.id},
                   {"kind", finding.kind},
                   {"subjects", finding.subjects},
                   {"evidence", finding.evidence},
                   {"action", finding.action}});
  }
  return out;
}

json error_budget_json(const ErrorBudget& budget) {
  return {{"numbers", budget.numbers}, {"error", kGateError}, {"expected_false_fails", budget.expected}};
}

}  // namespace rackproof
