// What can be judged, from a plan before the run or from a results file after it.
#include <algorithm>
#include <map>
#include <set>

#include "harness/results/shard_notice.hpp"
#include "harness/verdict/limits.hpp"

namespace rackproof {

namespace {

void add_once(std::vector<std::string>& scopes, const std::string& scope) {
  if (std::find(scopes.begin(), scopes.end(), scope) == scopes.end()) scopes.push_back(scope);
}

}  // namespace

std::vector<Measurable> measurable(const Plan& plan, Catalogue catalogue) {
  std::vector<Measurable> out;
  std::map<std::string, std::size_t> rows;
  for (const auto& run : plan.runs) {
    for (const auto& case_id : run.cases) {
      const CaseRow* row = find_case(catalogue, case_id);
      if (row == nullptr)
        throw Error("the plan names a case that the catalogue lacks: " + printable(case_id));
      for (const auto& quantity : row->quantities) {
        std::string metric = case_id + "#" + std::string(quantity.name);
        const auto [at, is_new] = rows.try_emplace(metric, out.size());
        if (is_new) out.push_back({std::move(metric), quantity.kind, dimension_of(quantity.unit), {}});
        add_once(out[at->second].scopes, run.scope);
      }
    }
  }
  return out;
}

std::vector<Measurable> measurable(const Results& results) {
  std::map<std::string, std::vector<std::string>, std::less<>> scopes;
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const auto& promise : results.promises) {
    const std::string& scope = results.targets.at(promise.target).scope;
    if (seen.emplace(promise.case_id, scope).second) scopes[promise.case_id].push_back(scope);
  }
  std::vector<std::string>
      of_others;  // limits of a whole site are also for its shards, which lack some scopes
  for (const auto& notice : results.notices) {
    if (notice.kind == kShardNotice && !notice.subjects.empty()) add_once(of_others, notice.subjects.front());
  }
  std::vector<Measurable> out;
  for (const auto& series : results.series) {
    auto& measured = scopes[series.case_id];
    for (const auto& scope : of_others) add_once(measured, scope);
    out.push_back({series.metric(), series.kind, dimension_of(series.unit), measured});
  }
  return out;
}

}  // namespace rackproof
