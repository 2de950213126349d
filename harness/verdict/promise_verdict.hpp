// What was found against what the site promises.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// What is known of one metric on one target.
struct FoundAndPromised {
  const std::vector<std::string_view>& promised;  ///< one of these
  const ExactValue* count;                        ///< nullptr: none was measured
  std::vector<std::string> texts;                 ///< each that a launch found
  std::string_view unit;
  std::string_view unavailable;  ///< why it could not be read
  Phrase note;                   ///< what else is known of the part that was found
};

struct PromiseVerdict {
  Verdict verdict = Verdict::not_judged;
  Phrase reason;
  std::string found;
};

/// Pass when every launch found one of what was promised; fail when one did not, or when launches count differently: a count is
/// no estimate. Nothing found is not judged.
PromiseVerdict judge_promised(const FoundAndPromised& known);

}  // namespace rackproof
