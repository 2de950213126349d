#include "harness/verdict/drift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace rackproof {

namespace {

constexpr std::string_view kSuite = "inventory/";
constexpr std::size_t kFewest = 3;
constexpr std::size_t kNamed = 8;

using Cohort = std::tuple<std::string, std::string, std::string>;  // metric, scope, model
using Found = std::map<std::uint32_t, std::string>;                // target → what it says

std::map<Cohort, Found> cohorts(const Results& results) {
  std::map<Cohort, Found> out;
  const auto add = [&](std::uint32_t row, const std::string& metric, const std::string& found) {
    const TargetRow& target = results.targets.at(row);
    std::string& here = out[{metric, target.scope, target.model}][row];
    if (here.empty()) {
      here = found;
    } else if (here != found) {
      here += ", later " + found;
    }
  };
  for (const FactRow& fact : results.facts) {
    if (fact.key.starts_with(kSuite) && fact.key.find('#') != std::string::npos && !fact.found.empty())
      add(fact.target, fact.key, fact.found);
  }
  for (const ExactValue& exact : results.exact) {
    const SeriesRow& series = results.series.at(exact.series);
    if (series.case_id.starts_with(kSuite)) add(exact.target, series.metric(), std::to_string(exact.value));
  }
  return out;
}

/// What at least two thirds say; nullptr: there is no such thing.
const std::string* majority(const Found& found) {
  std::map<std::string_view, std::size_t> counts;
  for (const auto& [target, text] : found) ++counts[text];
  for (const auto& [target, text] : found) {
    if (3 * counts[text] >= 2 * found.size()) return &text;
  }
  return nullptr;
}

}  // namespace

void add_drift(const Results& results, Findings& findings) {
  for (const auto& [cohort, found] : cohorts(results)) {
    if (found.size() < kFewest) continue;
    const std::string* const most = majority(found);
    if (most == nullptr) continue;
    std::string others;
    std::size_t different = 0;
    for (const auto& [target, text] : found) {
      if (text == *most) continue;
      if (++different <= kNamed)
        others += fmt::format("{}{}: {}", others.empty() ? "" : "; ", results.targets[target].name, text);
    }
    if (different == 0) continue;
    if (different > kNamed) others += fmt::format("; and {} more", different - kNamed);
    const auto& [metric, scope, model] = cohort;
    findings.add(
        "drift", {metric, model},
        fmt::format("{} of {} {}s say {}; {}", found.size() - different, found.size(), scope, *most, others),
        "make them alike, or promise in the site file what is right");
  }
}

}  // namespace rackproof
