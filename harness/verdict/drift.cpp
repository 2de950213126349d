#include "harness/verdict/drift.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "harness/verdict/finding_texts.hpp"
#include "harness/verdict/finding_words.hpp"

namespace rackproof {

namespace {

namespace texts = finding_texts;

constexpr std::string_view kSuite = "inventory/";
constexpr std::size_t kFewestAlike = 3;
constexpr std::size_t kMostNamed = 8;

using Cohort = std::tuple<std::string, std::string, std::string>;  // metric, scope, model
using Found = std::map<std::uint32_t, Phrase>;                     // target → what it says

std::map<Cohort, Found> cohorts(const Results& results) {
  std::map<Cohort, Found> out;
  const auto add = [&](std::uint32_t row, const std::string& metric, const std::string& found) {
    const TargetRow& target = results.targets.at(row);
    Phrase& here = out[{metric, target.scope, target.model}][row];
    if (here.en != found) extend(here, texts::kLater, found);
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
const Phrase* majority(const Found& found) {
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
    if (found.size() < kFewestAlike) continue;
    const Phrase* const most = majority(found);
    if (most == nullptr) continue;
    Phrase others;
    std::size_t different = 0;
    for (const auto& [target, text] : found) {
      if (text == *most) continue;
      if (++different <= kMostNamed)
        extend(others, texts::kThen, {texts::kBecause, results.targets[target].name, text});
    }
    if (different == 0) continue;
    if (different > kMostNamed) others = Phrase(texts::kAndMoreThen, others, different - kMostNamed);
    const auto& [metric, scope, model] = cohort;
    findings.add("drift", {metric, model},
                 {texts::kDrift, found.size() - different, found.size(), scope_words(scope), *most, others},
                 texts::kMakeAlike);
  }
}

}  // namespace rackproof
