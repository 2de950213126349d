#include "harness/verdict/promise_findings.hpp"

#include <fmt/format.h>

#include <map>

namespace rackproof {

void add_promises_without_limit(const Promised& promised, const std::vector<bool>& is_covered,
                                const Results& results, Findings& findings) {
  std::map<std::string_view, std::vector<std::uint32_t>> targets;  // by metric
  for (std::size_t i = 0; i < promised.rows().size(); ++i) {
    const Promised::Row& row = promised.rows()[i];
    if (!is_covered.at(i)) targets[row.metric].push_back(row.target);
  }
  for (const auto& [metric, rows] : targets) {
    findings.add("promised, not judged", {std::string(metric)},
                 fmt::format("the site promises it for {}{}, and no limit holds it to that",
                             results.targets.at(rows.front()).name,
                             rows.size() == 1 ? "" : fmt::format(" and {} more", rows.size() - 1)),
                 "write promised = true in a limit on it, and let the plan run its case");
  }
}

}  // namespace rackproof
