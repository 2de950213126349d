#include "reports/language/view_words.hpp"

#include <algorithm>
#include <array>

#include "reports/language/case_titles.hpp"
#include "reports/language/view_texts.hpp"

namespace rackproof {

namespace {

constexpr auto kWords = std::to_array<Text>(
    {texts::kNotMeasured,     texts::kBetweenRacks, texts::kAllRacks,           texts::kNoLedgerEntry,
     texts::kNoReason,        texts::kNotRecorded,  texts::kHigherIsBetter,     texts::kLowerIsBetter,
     texts::kNeither,         texts::kExact,        texts::kOneTarget,          texts::kMedianIsZero,
     texts::kCompletion,      texts::kEveryCase,    texts::kAllOfThem,          texts::kThePlan,
     texts::kCaseEndsOk,      texts::kFailureLimit, texts::kFailureCorrectness, texts::kFailureStability,
     texts::kFailureInventory});

}  // namespace

Phrase view_word(const Phrase& phrase) {
  if (phrase.en != phrase.zh) return phrase;
  const auto found = std::ranges::find(kWords, phrase.en, &Text::en);
  return found == kWords.end() ? case_title(phrase.en) : Phrase(*found);
}

}  // namespace rackproof
