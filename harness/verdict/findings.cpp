#include "harness/verdict/findings.hpp"

#include <algorithm>
#include <set>

#include "harness/base/digest.hpp"
#include "harness/verdict/finding_texts.hpp"
#include "harness/verdict/outcome_words.hpp"

namespace rackproof {

namespace texts = finding_texts;

std::string finding_id(const std::string& kind, const std::vector<std::string>& subjects) {
  std::string text = kind;
  for (const auto& subject : subjects) text += "\n" + subject;
  return sha256(text).substr(0, 12);
}

void Findings::add(std::string kind, std::vector<std::string> subjects, Phrase evidence, Phrase action) {
  std::string id = finding_id(kind, subjects);
  const auto [at, is_new] = by_id_.try_emplace(id, rows_.size());
  if (is_new) {
    rows_.push_back(
        {std::move(id), std::move(kind), std::move(subjects), std::move(evidence), std::move(action)});
  } else if (rows_[at->second].evidence != evidence) {
    rows_[at->second].evidence = Phrase(texts::kThen, rows_[at->second].evidence, evidence);
  }
}

std::vector<Finding> Findings::sorted() const {
  std::vector<Finding> out = rows_;
  std::stable_sort(out.begin(), out.end(),
                   [](const Finding& a, const Finding& b) { return a.kind < b.kind; });
  return out;
}

void add_findings_of(const CaseHistory& history, const std::string& target, const std::string& case_id,
                     Findings& findings) {
  const auto& attempts = history.attempts;
  std::set<std::int32_t> clocks;
  std::size_t bad = 0;
  Phrase first_bad;
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    if (attempts[i]->clocks_disagree) clocks.insert(attempts[i]->launch);
    if (!is_machinery(attempts[i]->outcome.status)) continue;
    const bool recovered = std::any_of(
        attempts.begin() + static_cast<std::ptrdiff_t>(i), attempts.end(), [&](const AttemptRow* later) {
          return later->launch == attempts[i]->launch && later->outcome.status == Status::ok;
        });
    if (!recovered) continue;
    ++bad;
    if (first_bad.empty()) {
      const Outcome& outcome = attempts[i]->outcome;
      first_bad = Phrase(texts::kBadAttempt, words_of(outcome.status), words_of(outcome.phase));
      if (!outcome.reason.empty()) first_bad = Phrase(texts::kBecause, first_bad, outcome.reason);
    }
  }
  if (bad > 0) {
    findings.add("incident", {target, case_id}, {texts::kIncident, bad, attempts.size(), first_bad},
                 texts::kReadBadLogs);
  }
  if (clocks.size() == 1) {
    findings.add("clock", {target, case_id}, {texts::kClock, *clocks.begin() + 1}, texts::kMeasureClock);
  }
}

namespace {

struct Action {
  std::string_view kind;
  Text text;
};

constexpr Action kActions[]{{"emulated device", texts::kNoHardware},
                            {"recorded machine", texts::kNoMachine},
                            {"incomplete step", texts::kReadStepLog},
                            {"unreachable", texts::kLookAtNode},
                            {"left out", texts::kRepairNode},
                            {"quarantined", texts::kReplaceDevice},
                            {"unusable until reboot", texts::kRebootNode},
                            {"clock skew", texts::kSetClock},
                            {"shard", texts::kMeasureWhole},
                            {"stopped", texts::kFindShared}};

const Text& action_for(std::string_view kind) {
  const auto found = std::ranges::find(kActions, kind, &Action::kind);
  return found != std::end(kActions) ? found->text : texts::kCompareSite;
}

}  // namespace

void add_notices(const Results& results, Findings& findings) {
  for (const auto& notice : results.notices) {
    findings.add(notice.kind, notice.subjects, notice.evidence, action_for(notice.kind));
  }
}

}  // namespace rackproof
