#include "harness/verdict/case_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>

#include "harness/record/reproduction.hpp"
#include "harness/results/unavailable.hpp"
#include "harness/verdict/counter_kinds.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

std::vector<std::uint32_t> rows(std::size_t count) {
  std::vector<std::uint32_t> out(count);
  std::iota(out.begin(), out.end(), 0u);
  return out;
}

void check_members(const Results& results) {
  for (const auto& target : results.targets) {
    for (const auto member : target.members) {
      if (member >= results.targets.size()) {
        throw Error(
            fmt::format("target {} has a member outside the table of targets", printable(target.name)));
      }
    }
  }
}

// Pairs and groups over different models have no one model, so nothing can be their control.
bool has_one_model(const TargetRow& target) { return !target.model.empty() && target.model != "mixed"; }

}  // namespace

CaseIndex::CaseIndex(const Results& results) : results_(results) {
  check_members(results);
  for (const NodeAnswer& row : results.answers) answers_.emplace(std::pair(row.node, row.part), &row);
  for (const FactRow& fact : results.facts) {
    if (fact.key == kMissingDevice) missing_.emplace(fact.target, fact.found);
  }
  order_promises();
  order_attempts();
  collect_controls();
  collect_evidence();
  collect_losses();
}

CaseIndex::Key CaseIndex::key_of_attempt(std::uint32_t row) const {
  const AttemptRow& attempt = results_.attempts[row];
  return {attempt.target, attempt.case_id};
}

void CaseIndex::collect_evidence() {
  for (const CounterRow& row : results_.counters) {
    if (row.attempt >= results_.attempts.size())
      throw Error(fmt::format("a counter of attempt {} of {}", row.attempt, results_.attempts.size()));
    const CounterKind* const kind = row.delta > 0 ? kind_of_counter(row.name) : nullptr;
    const AttemptRow& attempt = results_.attempts[row.attempt];
    if (kind == nullptr || !kind->is_evidence || !is_reproduction(attempt.outcome)) continue;
    // The kernel's log is of the whole node: what it says may be about another device than the target.
    if (without_rank(row.name).starts_with("kernel_log/") && attempt.target < results_.targets.size() &&
        results_.targets[attempt.target].placement == Placement::device)
      continue;
    extend(
        evidence_[row.attempt], verdict_texts::kBeside,
        {verdict_texts::kCounted, Phrase(kind->name), printable(row.name), fmt::format("{:g}", row.delta)});
  }
}

void CaseIndex::order_promises() {
  const auto key = [&](std::uint32_t row) -> Key {
    return {results_.promises[row].target, results_.promises[row].case_id};
  };
  promises_ = rows(results_.promises.size());
  std::sort(promises_.begin(), promises_.end(), [&](auto a, auto b) { return key(a) < key(b); });
  for (std::size_t i = 0; i < promises_.size(); ++i) {
    const PromiseRow& promise = results_.promises[promises_[i]];
    if (promise.target >= results_.targets.size())
      throw Error("a promise on a target outside the table of targets");
    if (i > 0 && key(promises_[i - 1]) == key(promises_[i])) {
      throw Error(fmt::format("{} is promised twice on {}", printable(promise.case_id),
                              printable(results_.targets[promise.target].name)));
    }
  }
}

void CaseIndex::order_attempts() {
  attempts_ = rows(results_.attempts.size());
  std::stable_sort(attempts_.begin(), attempts_.end(), [&](auto a, auto b) {
    const Key left = key_of_attempt(a);
    const Key right = key_of_attempt(b);
    return left != right ? left < right : results_.attempts[a].launch < results_.attempts[b].launch;
  });
  auto promise = promises_.begin();
  for (const auto row : attempts_) {  // both are in the order of their keys
    const auto promised = [&](std::uint32_t at) -> Key {
      return {results_.promises[at].target, results_.promises[at].case_id};
    };
    while (promise != promises_.end() && promised(*promise) < key_of_attempt(row)) ++promise;
    if (promise == promises_.end() || promised(*promise) != key_of_attempt(row)) {
      throw Error(
          fmt::format("an attempt at {} that nobody promised", printable(results_.attempts[row].case_id)));
    }
  }
}

void CaseIndex::collect_controls() {
  for (std::size_t i = 0; i < attempts_.size();) {
    const Key key = key_of_attempt(attempts_[i]);
    std::optional<std::int64_t> ok;  // the last in the order of the journal
    bool wrong = false;
    for (; i < attempts_.size() && key_of_attempt(attempts_[i]) == key; ++i) {
      const AttemptRow& attempt = results_.attempts[attempts_[i]];
      if (attempt.outcome.status == Status::ok)
        ok = std::max(ok.value_or(attempt.log_offset), attempt.log_offset);
      wrong = wrong || attempt.outcome.status == Status::wrong;
    }
    const TargetRow& target = results_.targets[key.first];
    if (ok && !wrong && has_one_model(target))
      ended_ok_[{target.part, key.second, target.scope, target.model}].push_back({key.first, *ok});
  }
}

/// Losses of a target with nothing between them that it ended.
void CaseIndex::collect_losses() {
  std::map<std::uint32_t, std::vector<const AttemptRow*>> of_target;
  for (const AttemptRow& attempt : results_.attempts) {
    if (attempt.outcome.device_lost) of_target[attempt.target];
  }
  if (of_target.empty()) return;
  for (const AttemptRow& attempt : results_.attempts) {
    const auto found = of_target.find(attempt.target);
    if (found != of_target.end() && attempt.counts()) found->second.push_back(&attempt);
  }
  for (auto& [target, attempts] : of_target) {
    const Placement placement = results_.targets.at(target).placement;
    if (placement != Placement::device && placement != Placement::node) continue;  // whose device was it?
    std::ranges::sort(attempts, {}, &AttemptRow::log_offset);
    std::vector<const AttemptRow*> row;
    for (const AttemptRow* attempt : attempts) {
      const Status status = attempt->outcome.status;
      if (status == Status::ok || status == Status::wrong) row.clear();
      if (is_attributable_loss(attempt->outcome)) row.push_back(attempt);
      if (row.size() >= kLossesInARow) lost_in_a_row_.insert(row.begin(), row.end());
    }
  }
}

/// Whether the attempts that were made of a case end with a loss that is one of several in a row.
bool CaseIndex::ends_with_loss(std::vector<const AttemptRow*> attempts) const {
  std::erase_if(attempts, [](const AttemptRow* attempt) {
    return attempt->outcome.status == Status::skipped || attempt->outcome.status == Status::preempted;
  });
  std::ranges::sort(attempts, std::greater(), &AttemptRow::log_offset);
  if (attempts.empty() || !is_attributable_loss(attempts.front()->outcome)) return false;
  if (lost_in_a_row_.contains(attempts.front())) return true;
  const Placement placement = results_.targets[attempts.front()->target].placement;
  const bool is_alone = placement == Placement::device || placement == Placement::node;
  const auto end = std::ranges::find_if_not(
      attempts, [](const AttemptRow* attempt) { return is_attributable_loss(attempt->outcome); });
  return is_alone && end - attempts.begin() >= kLossesInARow;
}

std::pair<std::size_t, std::size_t> CaseIndex::attempts_of(const Key& key) const {
  const auto first =
      std::lower_bound(attempts_.begin(), attempts_.end(), key,
                       [&](std::uint32_t row, const Key& k) { return key_of_attempt(row) < k; });
  const auto last = std::upper_bound(
      first, attempts_.end(), key, [&](const Key& k, std::uint32_t row) { return k < key_of_attempt(row); });
  return {static_cast<std::size_t>(first - attempts_.begin()),
          static_cast<std::size_t>(last - attempts_.begin())};
}

/// What a node answered in a campaign.
CaseIndex::Answer CaseIndex::answer(std::uint32_t node, std::uint32_t part) const {
  const TargetRow& row = results_.targets[node];
  if (row.part != part) {
    if (const auto other = answers_.find({node, part}); other != answers_.end())
      return {other->second->absent, other->second->hostname, other->second->boot_id};
  }
  return {row.absent, row.hostname, row.boot_id};
}

/// Both are of one campaign.
bool CaseIndex::is_control(std::uint32_t control, std::uint32_t target) const {
  if (control == target) return false;
  const std::uint32_t part = results_.targets[target].part;
  if (results_.provenance_of(results_.targets[target]).attribute_virtual) return true;
  for (const auto here : results_.targets[target].members) {
    for (const auto there : results_.targets[control].members) {
      const std::string& boot = answer(here, part).boot_id;
      const std::string& other_boot = answer(there, part).boot_id;
      // Machines that did not say which they are may be the same one.
      if (boot.empty() || other_boot.empty() || boot == other_boot) return false;
    }
  }
  return !results_.targets[target].members.empty() && !results_.targets[control].members.empty();
}

bool CaseIndex::has_control(const PromiseRow& promise, std::int64_t trouble) const {
  const TargetRow& target = results_.targets[promise.target];
  const auto cohort = ended_ok_.find({target.part, promise.case_id, target.scope, target.model});
  return cohort != ended_ok_.end() &&
         std::any_of(cohort->second.begin(), cohort->second.end(), [&](const EndedOk& control) {
           return control.when > trouble && is_control(control.target, promise.target);
         });
}

CaseHistory CaseIndex::history(const PromiseRow& promise) const {
  CaseHistory history;
  const TargetRow& target = results_.targets[promise.target];
  history.launches = results_.provenance_of(target).launches;
  history.exempt = !promise.exempt.empty();
  history.exempt_reason = promise.exempt;
  if (const auto missing = missing_.find(promise.target); missing != missing_.end())
    history.missing = missing->second;
  std::optional<std::int64_t> trouble;  // the first in the order of the journal
  const auto [first, last] = attempts_of({promise.target, promise.case_id});
  for (std::size_t i = first; i < last; ++i) {
    const AttemptRow& attempt = results_.attempts[attempts_[i]];
    if (!attempt.counts()) continue;
    history.attempts.push_back(&attempt);
    if (const auto found = evidence_.find(attempts_[i]); found != evidence_.end())
      history.evidence.emplace_back(&attempt, found->second);
    if (is_reproduction(attempt.outcome))
      trouble = std::min(trouble.value_or(attempt.log_offset), attempt.log_offset);
  }
  history.device_lost = ends_with_loss(history.attempts);
  history.control_ok_elsewhere = trouble && has_control(promise, *trouble);
  for (const auto member : target.members) {
    const Answer node = answer(member, target.part);
    if (node.hostname.empty()) history.answered = false;
    if (!node.absent.empty() && !history.absent) {
      history.absent = true;
      history.absent_reason = node.absent;
      if (member != promise.target)
        history.absent_reason += fmt::format(" ({})", results_.targets[member].name);
    }
  }
  return history;
}

}  // namespace rackproof
