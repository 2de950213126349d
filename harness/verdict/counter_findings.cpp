#include "harness/verdict/counter_findings.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "harness/record/counter_delta.hpp"
#include "harness/verdict/counter_kinds.hpp"
#include "harness/verdict/finding_texts.hpp"

namespace rackproof {

namespace {

namespace texts = finding_texts;

struct Sum {
  double count = 0;
  std::set<std::uint32_t> attempts;
  double most = 0;
  std::string_view counter;  ///< that moved most in one attempt
  const CounterKind* kind = nullptr;
};

}  // namespace

void add_counter_findings(const Results& results, Findings& findings) {
  std::map<std::pair<std::uint32_t, std::string_view>, Sum> sums;  // by target and kind
  for (const CounterRow& row : results.counters) {
    const AttemptRow& attempt = results.attempts.at(row.attempt);
    if (without_rank(row.name) == "path" && !row.unavailable.empty()) {
      findings.add("path unproved", {results.targets[attempt.target].name, attempt.case_id}, row.unavailable,
                   texts::kNamePath);
    }
    const CounterKind* const kind = row.delta > 0 ? kind_of_counter(row.name) : nullptr;
    if (kind == nullptr) continue;
    Sum& sum = sums[{attempt.target, kind->name.en}];
    sum.kind = kind;
    sum.count += row.delta;
    sum.attempts.insert(row.attempt);
    if (row.delta > sum.most) {
      sum.most = row.delta;
      sum.counter = row.name;
    }
  }
  for (const auto& [place, sum] : sums) {
    findings.add("counter", {results.targets[place.first].name, std::string(place.second)},
                 {sum.attempts.size() == 1 ? texts::kCountedOnce : texts::kCountedOften,
                  fmt::format("{:g}", sum.count), sum.attempts.size(), sum.counter,
                  fmt::format("{:g}", sum.most), results.attempts[*sum.attempts.begin()].case_id},
                 sum.kind->action);
  }
}

}  // namespace rackproof
