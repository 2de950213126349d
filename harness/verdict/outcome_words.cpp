#include "harness/verdict/outcome_words.hpp"

#include <array>

#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

namespace texts = verdict_texts;

constexpr std::array<Text, kStatusCount> kStatusTexts{texts::kOk,      texts::kWrong,    texts::kFailed,
                                                      texts::kCrashed, texts::kTimeout,  texts::kUnsupported,
                                                      texts::kSkipped, texts::kPreempted};
constexpr std::array<Text, kPhaseCount> kPhaseTexts{texts::kAtLaunch,  texts::kAtLoad,  texts::kAtPrepare,
                                                    texts::kAtMeasure, texts::kAtCheck, texts::kAtFinish};

}  // namespace

Phrase words_of(Status status) { return kStatusTexts.at(static_cast<std::size_t>(status)); }
Phrase words_of(Phase phase) { return kPhaseTexts.at(static_cast<std::size_t>(phase)); }

}  // namespace rackproof
