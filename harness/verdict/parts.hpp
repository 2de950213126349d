// Parts by their serials: moved, replaced, unknown, not found.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "harness/results/results.hpp"
#include "harness/verdict/findings.hpp"

namespace rackproof {

class Parts {
 public:
  /// Holds the serials and UUIDs that were found against those that the site promises, here and elsewhere.
  explicit Parts(const Results& results);

  /// What is to be said of a serial that is not the promised one: "rack1/node1 was promised it", "nobody was promised it"; empty
  /// when there is nothing.
  Phrase note(std::uint32_t target, std::string_view metric) const;

  /// "part moved": found at another place than the site promises. "part replaced": one that nobody was promised stands where
  /// another was, which is found nowhere. "unknown part": the same, but the other one is elsewhere. "part not found": promised
  /// where others were read, and found nowhere. "serial twice": at two places at a time.
  void report(Findings& findings) const;

 private:
  std::vector<Finding> found_;
  std::map<std::pair<std::uint32_t, std::string>, Phrase> notes_;  // target, metric
};

}  // namespace rackproof
