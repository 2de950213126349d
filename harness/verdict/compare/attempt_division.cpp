#include "harness/verdict/compare/attempt_division.hpp"

namespace rackproof {

std::map<std::string, CaseDivisions> divisions_of(const Results& results) {
  std::map<std::string, CaseDivisions> out;
  for (const AttemptRow& attempt : results.attempts) {
    if (attempt.launch < 0 || attempt.outcome.status != Status::ok) continue;
    CaseDivisions& divisions = out[attempt.case_id];
    const std::string division = attempt.division.empty() ? kUnknownDivision : attempt.division;
    if (!attempt.implementation.empty()) divisions.implementations[division].insert(attempt.implementation);
    const auto [at, is_new] = divisions.of_target.try_emplace(attempt.target, division);
    if (!is_new && at->second != division) at->second = kMixedDivisions;
  }
  for (auto& [case_id, divisions] : out) {
    std::map<std::string, std::size_t> targets;
    for (const auto& [target, division] : divisions.of_target) ++targets[division];
    std::size_t most = 0;
    for (const auto& [division, count] : targets) {
      if (count > most) divisions.usual = division;
      most = std::max(most, count);
    }
  }
  return out;
}

}  // namespace rackproof
