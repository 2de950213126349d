#include "reports/incidents.hpp"

#include "harness/record/record.hpp"

namespace rackproof {

IncidentList incidents(const Results& results) {
  IncidentList list;
  for (const auto& attempt : results.attempts) {
    if (attempt.outcome.status == Status::ok) continue;
    ++list.total;
    if (list.entries.size() >= kLongestIncidentList) continue;
    list.entries.push_back({results.targets.at(attempt.target).name, attempt.case_id, attempt.launch,
                            attempt.attempt, std::string(to_string(attempt.outcome.status)),
                            std::string(to_string(attempt.outcome.phase)), attempt.outcome.reason,
                            attempt.end_utc_ns > 0 ? iso8601_utc(attempt.end_utc_ns) : std::string{}});
  }
  return list;
}

}  // namespace rackproof
