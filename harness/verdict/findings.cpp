#include "harness/verdict/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/base/digest.hpp"

namespace rackproof {

std::string finding_id(const std::string& kind, const std::vector<std::string>& subjects) {
  std::string text = kind;
  for (const auto& subject : subjects) text += "\n" + subject;
  return sha256(text).substr(0, 12);
}

void Findings::add(std::string kind, std::vector<std::string> subjects, std::string evidence,
                   std::string action) {
  std::string id = finding_id(kind, subjects);
  const auto [at, is_new] = by_id_.try_emplace(id, rows_.size());
  if (is_new) {
    rows_.push_back(
        {std::move(id), std::move(kind), std::move(subjects), std::move(evidence), std::move(action)});
  } else if (rows_[at->second].evidence != evidence) {
    rows_[at->second].evidence += "; " + evidence;
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
  std::string first_bad;
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
      first_bad = fmt::format("{} ({})", to_string(attempts[i]->outcome.status),
                              to_string(attempts[i]->outcome.phase));
      if (!attempts[i]->outcome.reason.empty()) first_bad += ": " + attempts[i]->outcome.reason;
    }
  }
  if (bad > 0) {
    findings.add("incident", {target, case_id},
                 fmt::format("{} of {} attempts went wrong before a retry ended ok; first {}", bad,
                             attempts.size(), first_bad),
                 "read the log of the bad attempts; watch whether it comes back");
  }
  if (clocks.size() == 1) {
    findings.add("clock", {target, case_id},
                 fmt::format("host and event clock disagree in launch {}", *clocks.begin() + 1),
                 "measure again; in two launches it is a fail");
  }
}

namespace {

struct Action {
  std::string_view kind;
  const char* text;
};

constexpr Action kActions[]{
    {"emulated device", "accept no hardware by its figures"},
    {"recorded machine", "accept no machine by what a recorded tree says"},
    {"incomplete step", "read the log of the step; something on the node prints into the worker's output"},
    {"unreachable", "look at the node, its network and the launcher's line; then --resume"},
    {"left out", "repair the node; then measure the group again"},
    {"quarantined", "replace or reset the device; then --resume"},
    {"unusable until reboot", "reboot the node; then --resume"},
    {"clock skew", "set the node's clock; times in its records are its own"},
    {"shard", "measure groups over several shards in a campaign of the whole site"},
    {"stopped", "find what all of them have in common; then --resume"}};

const char* action_for(std::string_view kind) {
  const auto found = std::ranges::find(kActions, kind, &Action::kind);
  return found != std::end(kActions) ? found->text : "compare the site file with the machines";
}

}  // namespace

void add_notices(const Results& results, Findings& findings) {
  for (const auto& notice : results.notices) {
    findings.add(notice.kind, notice.subjects, notice.evidence, action_for(notice.kind));
  }
}

}  // namespace rackproof
