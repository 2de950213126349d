#include "harness/launch/history.hpp"

#include <algorithm>

namespace rackproof {

void History::add(const CaseEnd& end) { attempts_[{end.target, end.case_id}].push_back(end); }

void History::add(const JournalContent& journal) {
  for (const auto& entry : journal.entries) {
    if (entry.record.value("type", "") == "case_end") add(entry.record.get<CaseEnd>());
  }
}

bool History::finished(const std::string& target, const std::string& case_id, int launch, int retries) const {
  const auto found = attempts_.find({target, case_id});
  if (found == attempts_.end()) return false;
  int machinery = 0;
  for (const CaseEnd& end : found->second) {
    if (end.launch != launch) continue;
    const Status status = end.outcome.status;
    if (is_machinery(status)) {
      ++machinery;
    } else if (status != Status::preempted && status != Status::skipped) {
      return true;
    }
  }
  return machinery > retries;
}

int History::next_attempt(const std::string& target, const std::string& case_id, int launch) const {
  const auto found = attempts_.find({target, case_id});
  if (found == attempts_.end()) return 0;
  int next = 0;
  for (const CaseEnd& end : found->second) {
    if (end.launch == launch) next = std::max(next, end.attempt + 1);
  }
  return next;
}

bool History::given_up(const std::string& target, const std::string& case_id) const {
  const auto found = attempts_.find({target, case_id});
  if (found == attempts_.end()) return false;
  int machinery = 0;
  for (const CaseEnd& end : found->second) {
    if (end.outcome.status == Status::ok) return false;
    machinery += is_machinery(end.outcome.status) ? 1 : 0;
  }
  return machinery >= kEnoughReproductions;
}

}  // namespace rackproof
