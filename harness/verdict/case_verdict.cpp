#include <algorithm>
#include <map>
#include <set>

#include "harness/record/reproduction.hpp"
#include "harness/verdict/judge.hpp"
#include "harness/verdict/outcome_words.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

namespace words = verdict_texts;

Phrase described(const AttemptRow& attempt) {
  const Outcome& outcome = attempt.outcome;
  const Phrase said(words::kAttempt, words_of(outcome.status), attempt.launch + 1, words_of(outcome.phase));
  return outcome.reason.empty() ? said : Phrase(words::kBecause, said, outcome.reason);
}

CaseVerdict never_tried(const CaseHistory& history) {
  if (history.absent) return {Verdict::fail, "inventory", {words::kAbsent, history.absent_reason}};
  if (!history.answered) return {Verdict::not_judged, "", words::kUnreachable};
  return {Verdict::not_judged, "", words::kNotMeasured};
}

/// No launch ended ok and nothing was wrong: is the target to blame?
CaseVerdict none_ok(const CaseHistory& history) {
  const auto& attempts = history.attempts;
  const AttemptRow& last = *attempts.back();
  const auto of_machinery = [](const AttemptRow* attempt) { return is_machinery(attempt->outcome.status); };
  if (!history.answered) {
    const auto told = std::find_if(attempts.begin(), attempts.end(), of_machinery);
    return {Verdict::not_judged,
            "",
            {words::kThen, Phrase(words::kUnreachable), described(told == attempts.end() ? last : **told)}};
  }
  if (!history.missing.empty() && last.outcome.status == Status::failed && last.outcome.phase == Phase::load)
    return {Verdict::fail, "inventory", {words::kMissing, history.missing}};
  const auto gone_wrong = std::count_if(attempts.begin(), attempts.end(), [](const AttemptRow* attempt) {
    return is_reproduction(attempt->outcome);
  });
  if (gone_wrong == 0) {
    const auto told = std::find_if(attempts.rbegin(), attempts.rend(), of_machinery);
    return {Verdict::not_judged, "", described(told == attempts.rend() ? last : **told)};
  }

  const AttemptRow& example = **std::find_if(attempts.rbegin(), attempts.rend(), of_machinery);
  const bool once_ok = std::any_of(attempts.begin(), attempts.end(), [](const AttemptRow* attempt) {
    return attempt->outcome.status == Status::ok;
  });
  if (once_ok) {
    return {Verdict::not_judged, "", {words::kNotReproduced, described(example)}};
  }
  if (gone_wrong < kReproductions) {
    return {Verdict::not_judged,
            "",
            {words::kTooFewReproductions, described(example), gone_wrong, kReproductions}};
  }
  if (!history.control_ok_elsewhere) {
    return {Verdict::not_judged, "", {words::kNoControl, described(example)}};
  }
  return {Verdict::fail, "stability", {words::kReproduced, described(example), gone_wrong}};
}

}  // namespace

CaseVerdict judge_case(const CaseHistory& history) {
  if (history.exempt) return {Verdict::not_applicable, "", history.exempt_reason};
  if (history.attempts.empty()) return never_tried(history);

  std::map<std::int32_t, const AttemptRow*> last;  // of each launch
  std::set<std::int32_t> clocks;
  std::ptrdiff_t repeated = 0;
  for (const AttemptRow* attempt : history.attempts) {
    if (attempt->outcome.status == Status::wrong) return {Verdict::fail, "correctness", described(*attempt)};
    if (attempt->clocks_disagree) clocks.insert(attempt->launch);
    if (is_machinery(attempt->outcome.status)) ++repeated;
    last[attempt->launch] = attempt;
  }
  if (clocks.size() >= 2) {
    return {Verdict::fail, "correctness", {words::kClocksDisagree, clocks.size()}};
  }

  if (history.device_lost) {
    const auto lost =
        std::find_if(history.attempts.rbegin(), history.attempts.rend(),
                     [](const auto* attempt) { return is_attributable_loss(attempt->outcome); });
    return {Verdict::fail, "stability", {words::kDeviceLost, described(**lost)}};
  }

  const auto ended_ok = [](const auto& launch) { return launch.second->outcome.status == Status::ok; };
  const auto ok = static_cast<int>(std::count_if(last.begin(), last.end(), ended_ok));
  for (const auto& [attempt, evidence] : history.evidence) {
    if (ended_ok(*last.find(attempt->launch))) continue;
    return {Verdict::fail, "stability", {words::kNodeEvidence, described(*attempt), evidence}};
  }
  if (ok == 0) return none_ok(history);
  const auto counts = [&](const auto& launch) {
    return counts_as_made(launch.first, history.launches, launch.second->outcome);
  };
  const auto all = static_cast<int>(std::count_if(last.begin(), last.end(), counts));
  const int made = std::max({history.launches, all, 1});
  if (ok < made) {
    Phrase reason(words::kLaunchesMeasured, ok, made);
    const auto missed = std::find_if(last.begin(), last.end(),
                                     [&](const auto& launch) { return counts(launch) && !ended_ok(launch); });
    if (missed != last.end()) reason = Phrase(words::kThen, reason, described(*missed->second));
    return {Verdict::inconclusive, "", reason};
  }
  return {Verdict::pass, "", repeated == 0 ? Phrase() : Phrase(words::kOkOnRetry, repeated)};
}

}  // namespace rackproof
