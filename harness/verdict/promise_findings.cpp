#include "harness/verdict/promise_findings.hpp"

#include <map>

#include "harness/verdict/finding_texts.hpp"

namespace rackproof {

namespace texts = finding_texts;

void add_promises_without_limit(const Promised& promised, const std::vector<bool>& is_covered,
                                const Results& results, Findings& findings) {
  std::map<std::string_view, std::vector<std::uint32_t>> targets;  // by metric
  for (std::size_t i = 0; i < promised.rows().size(); ++i) {
    const Promised::Row& row = promised.rows()[i];
    if (!is_covered.at(i)) targets[row.metric].push_back(row.target);
  }
  for (const auto& [metric, rows] : targets) {
    Phrase who = results.targets.at(rows.front()).name;
    if (rows.size() > 1) who = Phrase(texts::kAndMore, who, rows.size() - 1);
    findings.add("promised, not judged", {std::string(metric)}, {texts::kPromisedFor, who},
                 texts::kWritePromised);
  }
}

}  // namespace rackproof
