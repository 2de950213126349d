#include "harness/launch/further_launches.hpp"

#include <algorithm>

#include "harness/launch/job.hpp"

namespace rackproof {

FurtherLaunches::FurtherLaunches(int planned, LookAgain look_again)
    : planned_(planned), look_again_(std::move(look_again)) {}

void FurtherLaunches::see(const CaseEnd& end) {
  if (!look_again_ || end.outcome.status != Status::ok || end.launch == Job::kControlLaunch) return;
  std::map<std::string, Value> values;
  for (const auto& [quantity, value] : end.values) {
    if (look_again_.concerns(end.case_id + "#" + quantity)) values.emplace(quantity, value);
  }
  if (values.empty()) return;
  Made& made = made_[{end.target, end.case_id}];
  made.is_over = made.is_over || end.clocks_disagree;
  if (made.is_over) return made.launches.clear();
  made.launches[end.launch] = std::move(values);
  // After an interruption: what was asked for before it.
  made.asked = std::max(made.asked, end.launch + 1);
}

std::vector<int> FurtherLaunches::left(const Target& target, const std::string& case_id) const {
  std::vector<int> launches;
  const auto made = made_.find({target.name, case_id});
  if (made == made_.end() || made->second.is_over) return launches;
  for (int launch = planned_; launch < made->second.asked; ++launch) {
    if (!made->second.launches.contains(launch)) launches.push_back(launch);
  }
  return launches;
}

std::vector<int> FurtherLaunches::due(const Target& target, const std::string& case_id) {
  const auto found = made_.find({target.name, case_id});
  if (found == made_.end() || found->second.is_over) return {};
  Made& made = found->second;
  made.asked = std::max(made.asked, planned_);
  if (made.launches.size() < static_cast<std::size_t>(made.asked)) return {};
  const std::size_t wanted = wanted_by(target, case_id, made);
  std::vector<int> launches;
  for (; static_cast<std::size_t>(made.asked) < wanted; ++made.asked) launches.push_back(made.asked);
  if (launches.empty()) {
    made.is_over = true;
    made.launches.clear();
  }
  return launches;
}

/// Launches in all that any number of the case asks for; 0: none does, or one fails.
std::size_t FurtherLaunches::wanted_by(const Target& target, const std::string& case_id,
                                       const Made& made) const {
  std::map<std::string, std::vector<Value>> series;
  for (const auto& [launch, values] : made.launches) {
    for (const auto& [quantity, value] : values) series[quantity].push_back(value);
  }
  std::size_t wanted = 0;
  for (const auto& [quantity, launches] : series) {
    // A launch without the number leaves it undecided, whatever follows.
    if (launches.size() < made.launches.size()) continue;
    const LookAgain::Answer answer = look_again_.ask(target, case_id + "#" + quantity, launches);
    if (answer.failed) return 0;
    wanted = std::max(wanted, answer.at);
  }
  return wanted;
}

}  // namespace rackproof
