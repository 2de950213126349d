#include "harness/verdict/outcome_words.hpp"

#include <array>

#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

namespace words = verdict_texts;

constexpr std::array<Text, kStatusCount> kStatusTexts{words::kOk,      words::kWrong,    words::kFailed,
                                                      words::kCrashed, words::kTimeout,  words::kUnsupported,
                                                      words::kSkipped, words::kPreempted};
constexpr std::array<Text, kPhaseCount> kPhaseTexts{words::kAtLaunch,  words::kAtLoad,  words::kAtPrepare,
                                                    words::kAtMeasure, words::kAtCheck, words::kAtFinish};

}  // namespace

Phrase words_of(Status status) { return kStatusTexts.at(static_cast<std::size_t>(status)); }
Phrase words_of(Phase phase) { return kPhaseTexts.at(static_cast<std::size_t>(phase)); }

}  // namespace rackproof
