#include "harness/launch/history.hpp"

#include <algorithm>

#include "harness/record/reproduction.hpp"

namespace rackproof {

void History::add(const CaseEnd& end) {
  ++now_;
  const int id = cases_.try_emplace(end.case_id, static_cast<int>(cases_.size())).first->second;
  Attempts& attempts = attempts_[end.target][id];
  auto launch = std::ranges::find(attempts.launches, end.launch, &Launch::number);
  if (launch == attempts.launches.end()) {
    attempts.launches.push_back({end.launch});
    launch = std::prev(attempts.launches.end());
  }
  launch->attempts = std::max(launch->attempts, end.attempt + 1);
  const Status status = end.outcome.status;
  if (is_machinery(status)) {
    ++launch->machinery;
    ++attempts.machinery;
    if (is_reproduction(end.outcome)) {
      ++launch->reproductions;
      ++attempts.reproductions;
      if (attempts.first_machinery == 0) attempts.first_machinery = now_;
    }
  } else if (status != Status::preempted && status != Status::skipped) {
    launch->answered = true;
  }
  if (status == Status::ok) attempts.last_ok = now_;
  if (end.outcome.device_lost) {
    ++losses_[end.target];
  } else if (status == Status::ok || status == Status::wrong) {
    losses_.erase(end.target);
  }
}

void History::add(const JournalContent& journal) {
  for (const auto& entry : journal.entries) {
    if (entry.record.value("type", "") == "case_end") add(entry.record.get<CaseEnd>());
  }
}

void History::forgive_launches() {
  for (auto& [target, cases] : attempts_) {
    for (auto& [id, attempts] : cases) {
      attempts.machinery = attempts.reproductions;
      for (Launch& launch : attempts.launches) launch.machinery = launch.reproductions;
    }
  }
}

const History::Attempts* History::find(const std::string& target, const std::string& case_id) const {
  const auto number = cases_.find(case_id);
  const auto of_target = attempts_.find(target);
  if (number == cases_.end() || of_target == attempts_.end()) return nullptr;
  const auto found = of_target->second.find(number->second);
  return found == of_target->second.end() ? nullptr : &found->second;
}

const History::Launch* History::find(const Attempts& attempts, int launch) {
  const auto found = std::ranges::find(attempts.launches, launch, &Launch::number);
  return found == attempts.launches.end() ? nullptr : &*found;
}

bool History::finished(const std::string& target, const std::string& case_id, int launch, int retries) const {
  const Attempts* attempts = find(target, case_id);
  const Launch* made = attempts != nullptr ? find(*attempts, launch) : nullptr;
  return made != nullptr && (made->answered || made->machinery > retries);
}

int History::next_attempt(const std::string& target, const std::string& case_id, int launch) const {
  const Attempts* attempts = find(target, case_id);
  const Launch* made = attempts != nullptr ? find(*attempts, launch) : nullptr;
  return made != nullptr ? made->attempts : 0;
}

bool History::given_up(const std::string& target, const std::string& case_id) const {
  const Attempts* attempts = find(target, case_id);
  return attempts != nullptr && attempts->last_ok == 0 && attempts->machinery >= kReproductions;
}

bool History::unstable(const std::string& target, const std::string& case_id) const {
  const Attempts* attempts = find(target, case_id);
  return attempts != nullptr && attempts->last_ok == 0 && attempts->reproductions >= kReproductions;
}

bool History::ok_since(const std::string& control, const std::string& target,
                       const std::string& case_id) const {
  const Attempts* sick = find(target, case_id);
  const Attempts* sound = find(control, case_id);
  return sick != nullptr && sound != nullptr && sick->first_machinery > 0 &&
         sound->last_ok > sick->first_machinery;
}

int History::losses_in_a_row(const std::string& target) const {
  const auto found = losses_.find(target);
  return found != losses_.end() ? found->second : 0;
}

}  // namespace rackproof
