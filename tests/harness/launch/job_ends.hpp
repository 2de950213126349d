// What a worker says of a job at its end.
#pragma once

#include <vector>

#include "harness/launch/job.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

/// Every case of the job ended so.
inline std::vector<CaseEnd> ends_of(const Job& job, const Outcome& outcome) {
  std::vector<CaseEnd> ends;
  for (const auto& id : job.cases) {
    CaseEnd end;
    end.case_id = id;
    end.target = job.step.target.name;
    end.launch = job.step.launch;
    end.attempt = job.attempt;
    end.outcome = outcome;
    ends.push_back(end);
  }
  return ends;
}

}  // namespace rackproof
