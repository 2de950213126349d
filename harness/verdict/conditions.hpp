// Whether a limit's `when` holds on a target: what was found before it was measured.
#pragma once

#include <map>
#include <set>
#include <string>

#include "harness/language/phrase.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

/// Item of preflight → the text that it must have been found with.
using When = std::map<std::string, std::string>;

class Conditions {
 public:
  explicit Conditions(const Results& results);

  /// "holds only when governor is performance; found powersave", or "…; not known": why it does not hold; empty when it does.
  /// What was found of a target itself counts before what was found of its nodes; all of these must agree.
  Phrase unmet(const When& when, std::uint32_t target) const;

 private:
  const Results& results_;
  std::map<std::uint32_t, std::map<std::string, std::set<std::string>>> found_;  ///< target → item → texts
};

}  // namespace rackproof
