#include "reports/incidents.hpp"

#include <numeric>

#include "harness/record/record.hpp"
#include "harness/verdict/outcome_words.hpp"

namespace rackproof {

IncidentList incidents(const Results& results, std::span<const std::uint32_t> attempts) {
  IncidentList list;
  for (const auto row : attempts) {
    const AttemptRow& attempt = results.attempts.at(row);
    if (attempt.outcome.status == Status::ok) continue;
    ++list.total;
    if (list.entries.size() >= kLongestIncidentList) continue;
    list.entries.push_back({results.targets.at(attempt.target).name, attempt.case_id, attempt.launch,
                            attempt.attempt, words_of(attempt.outcome.status),
                            words_of(attempt.outcome.phase), attempt.outcome.reason,
                            attempt.end_utc_ns > 0 ? iso8601_utc(attempt.end_utc_ns) : std::string{}});
  }
  return list;
}

IncidentList incidents(const Results& results) {
  std::vector<std::uint32_t> all(results.attempts.size());
  std::iota(all.begin(), all.end(), 0U);
  return incidents(results, all);
}

}  // namespace rackproof
