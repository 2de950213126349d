#include "harness/verdict/compare/attempt_implementation.hpp"

namespace rackproof {

std::map<std::string, Implementations> implementations_of(const Results& results) {
  std::map<std::string, Implementations> out;
  for (const AttemptRow& attempt : results.attempts) {
    if (attempt.launch < 0 || attempt.outcome.status != Status::ok || attempt.implementation.empty())
      continue;
    out[attempt.case_id][attempt.division].insert(attempt.implementation);
  }
  return out;
}

}  // namespace rackproof
