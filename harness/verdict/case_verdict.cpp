#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/record/reproduction.hpp"
#include "harness/verdict/judge.hpp"

namespace rackproof {

namespace {

std::string described(const AttemptRow& attempt) {
  const Outcome& outcome = attempt.outcome;
  std::string text = fmt::format("{} in launch {} ({})", to_string(outcome.status), attempt.launch + 1,
                                 to_string(outcome.phase));
  if (!outcome.reason.empty()) text += ": " + outcome.reason;
  return text;
}

CaseVerdict never_tried(const CaseHistory& history) {
  if (history.absent) return {Verdict::fail, "inventory", "absent: " + history.absent_reason};
  if (!history.answered) return {Verdict::not_judged, "", "unreachable: a node of the target never answered"};
  return {Verdict::not_judged, "", "not measured"};
}

/// No launch ended ok and nothing was wrong: is the target to blame?
CaseVerdict none_ok(const CaseHistory& history) {
  const auto& attempts = history.attempts;
  const AttemptRow& last = *attempts.back();
  const auto of_machinery = [](const AttemptRow* attempt) { return is_machinery(attempt->outcome.status); };
  if (!history.answered) {
    const auto told = std::find_if(attempts.begin(), attempts.end(), of_machinery);
    return {Verdict::not_judged, "",
            "unreachable: a node of the target never answered; " +
                described(told == attempts.end() ? last : **told)};
  }
  if (!history.missing.empty() && last.outcome.status == Status::failed && last.outcome.phase == Phase::load)
    return {Verdict::fail, "inventory", "missing: " + history.missing};
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
    return {Verdict::not_judged, "",
            described(example) + "; an earlier attempt ended ok, so it is not reproduced"};
  }
  if (gone_wrong < kReproductions) {
    return {Verdict::not_judged, "",
            fmt::format("{}; only {} of {} fresh launches that attribution needs", described(example),
                        gone_wrong, kReproductions)};
  }
  if (!history.control_ok_elsewhere) {
    return {Verdict::not_judged, "",
            described(example) +
                "; no control: the case did not end ok on another machine of the same model since then"};
  }
  return {Verdict::fail, "stability",
          fmt::format(
              "{}; reproduced in {} fresh launches, while it ended ok on another target of the same model",
              described(example), gone_wrong)};
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
    return {Verdict::fail, "correctness",
            fmt::format("host and event clocks disagree in {} launches", clocks.size())};
  }

  if (history.device_lost) {
    const auto lost =
        std::find_if(history.attempts.rbegin(), history.attempts.rend(),
                     [](const auto* attempt) { return is_attributable_loss(attempt->outcome); });
    return {Verdict::fail, "stability", described(**lost) + "; the device was lost in two attempts in a row"};
  }

  const auto ended_ok = [](const auto& launch) { return launch.second->outcome.status == Status::ok; };
  const auto ok = static_cast<int>(std::count_if(last.begin(), last.end(), ended_ok));
  for (const auto& [attempt, evidence] : history.evidence) {
    if (ended_ok(*last.find(attempt->launch))) continue;
    return {Verdict::fail, "stability",
            fmt::format("{}; evidence on the node meanwhile: {}", described(*attempt), evidence)};
  }
  if (ok == 0) return none_ok(history);
  const int made = std::max({history.launches, static_cast<int>(last.size()), 1});
  if (ok < made) {
    std::string reason = fmt::format("{} of {} launches measured", ok, made);
    const auto missed = std::find_if_not(last.begin(), last.end(), ended_ok);
    if (missed != last.end()) reason += "; " + described(*missed->second);
    return {Verdict::inconclusive, "", reason};
  }
  return {Verdict::pass, "",
          repeated == 0 ? "" : fmt::format("ended ok on retry after {} bad attempts", repeated)};
}

}  // namespace rackproof
