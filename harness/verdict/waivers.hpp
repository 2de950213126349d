// Waivers: who takes which failing gate as it is, why, and until when. They never change a verdict.
//
//   schema = 1
//
//   [[waiver]]
//   target = "rack1/node2/dev3"                         # as in the site file
//   metric = "memory/device/triad:f64,cold#bandwidth"   # as in the limits; a case id: that the case did not end ok
//   who = "A. Buyer, Example Ltd"
//   reason = "replaced under clause 7.2 by the end of January"
//   until = 2027-01-31                                  # the last day on which it holds (UTC)
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/phrase.hpp"

namespace rackproof {

struct Waiver {
  std::string target;  ///< "rack1/node2/dev3"
  std::string metric;  ///< "memory/device/triad:f64,cold#bandwidth"; the case id for its completion
  std::string who;
  std::string reason;
  std::string until;  ///< "2027-01-31": the last day on which it holds
};

/// Whether it holds on a date ("2026-11-29" or a longer ISO 8601 time, UTC). No date, or none that a calendar has: no.
bool holds_on(const Waiver& waiver, std::string_view date);

/// "A. Buyer: replaced under clause 7.2, until 2027-01-31".
std::string to_string(const Waiver& waiver);
/// The same in both languages.
Phrase phrase_of(const Waiver& waiver);

struct Waivers {
  std::string name;  ///< of the file
  std::string sha256;
  std::vector<Waiver> rows;  ///< in the order of the file

  /// The one that holds for a target and metric on a date ("2026-11-29" or a longer ISO 8601 time, UTC), or null. No date: null.
  const Waiver* find(std::string_view target, std::string_view metric, std::string_view date) const;
};

/// Refuses, with all problems together, unknown keys, a missing or empty one, a date that no calendar has, and a second waiver for
/// the same target and metric. Throws ConfigurationError.
Waivers parse_waivers(std::string_view text, const std::string& file);
Waivers read_waivers(const std::filesystem::path& file);

}  // namespace rackproof
