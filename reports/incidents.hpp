// Attempts that did not end ok, also those that succeeded on retry.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

inline constexpr std::size_t kLongestIncidentList = 500;

struct Incident {
  std::string target;
  std::string case_id;
  std::int32_t launch = 0;  ///< 0-based, as recorded; -1: a control
  std::int32_t attempt = 0;
  Phrase status;  ///< "crashed"
  Phrase phase;
  std::string reason;
  std::string ended_utc;  ///< empty when the end was not recorded
};

struct IncidentList {
  std::vector<Incident> entries;  ///< at most kLongestIncidentList, in the order recorded
  std::size_t total = 0;
};

IncidentList incidents(const Results& results);
/// Of these rows of Results::attempts only.
IncidentList incidents(const Results& results, std::span<const std::uint32_t> attempts);

}  // namespace rackproof
