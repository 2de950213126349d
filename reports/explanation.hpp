// How the verdict on one target and case came about: attempts, launches, what is known of their conditions, limits, rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/results.hpp"
#include "harness/verdict/limits.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

struct ExplainedAttempt {
  const AttemptRow* row = nullptr;
  std::vector<double> sample_s;  ///< 5 %, 50 %, 95 %, 99 % quantile of its samples; empty: not recorded
  std::vector<std::string> conditions;  ///< what may have made it slower, one line each
  std::vector<const CounterRow*>
      counters;  ///< those that counted something, and those that could not be read
};

struct ExplainedLaunch {
  std::int32_t launch = 0;
  const LaunchValue* value = nullptr;
};

struct ExplainedQuantity {
  const SeriesRow* series = nullptr;
  std::optional<CellValue> cell;  ///< of a real quantity
  std::vector<ExplainedLaunch> launches;
  std::string found;                       ///< of a count or text
  std::vector<const VerdictCell*> judged;  ///< one for each limit on it
};

struct Explanation {
  const TargetRow* target = nullptr;
  std::string case_id;
  std::string title;
  std::string place;  ///< "rack1, node2 (host4)"
  double component = 0;
  const VerdictCell* completion = nullptr;
  std::vector<ExplainedAttempt> attempts;  ///< in the order of launch and attempt
  std::vector<ExplainedQuantity> quantities;
  std::vector<const Finding*> findings;  ///< those that name the target or the case
  std::string rerun;                     ///< one line for a shell
};

/// `verdicts` are of these results and must outlive what is returned, as must the others. Throws Error with "did you mean" for a
/// target or case that the campaign does not promise.
Explanation explain(const Results& results, const Verdicts& verdicts, std::string_view target,
                    std::string_view case_id);

/// For a terminal, without control characters.
std::string explanation_text(const Explanation& explanation, const Limits& limits);

}  // namespace rackproof
