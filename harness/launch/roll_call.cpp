#include "harness/launch/roll_call.hpp"

#include <fmt/format.h>

#include <utility>

namespace rackproof {

RollCall::RollCall(const Site& site, int retries, bool asks) : site_(site), retries_(retries), asks_(asks) {}

Job RollCall::question(std::uint32_t node) {
  waiting_.insert(node);
  Job job;
  job.kind = Job::Kind::answer;
  job.step.id = fmt::format("a{:06}", node + 1);
  job.step.target = {site_.nodes[node].name, Placement::node, "node", {node}, -1, site_.nodes[node].model};
  return job;
}

std::vector<Job> RollCall::first() {
  std::vector<Job> questions;
  for (std::uint32_t i = 0; asks_ && i < site_.nodes.size(); ++i) {
    if (site_.nodes[i].absent.empty()) questions.push_back(question(i));
  }
  return questions;
}

std::vector<Job> RollCall::doubt(const std::vector<std::uint32_t>& nodes) {
  std::vector<Job> questions;
  for (const std::uint32_t node : nodes) {
    if (asks_ && !waiting_.contains(node) && why_not(node) == nullptr) questions.push_back(question(node));
  }
  return questions;
}

std::vector<Job> RollCall::later(const std::vector<std::uint32_t>& nodes) {
  std::vector<Job> questions;
  for (const std::uint32_t node : nodes) {
    const auto found = silent_.find(node);
    if (found == silent_.end() || waiting_.contains(node) || unusable_.contains(node)) continue;
    const Silence& silence = found->second;
    if (silence.asked < kLaterAsks && steps_ - silence.since >= site_.nodes.size())
      questions.push_back(question(node));
  }
  return questions;
}

bool RollCall::answered(std::uint32_t node, const std::string& trouble, bool retry) {
  --running_;
  waiting_.erase(node);
  const std::string& name = site_.nodes[node].name;
  if (trouble.empty()) {
    tries_.erase(node);
    known_.insert(node);
    if (silent_.erase(node) > 0) notices_.push_back({"answers again", {name}, "after it had fallen silent"});
    return false;
  }
  if (unusable_.contains(node)) return false;
  if (const auto found = silent_.find(node); found != silent_.end()) {
    ++found->second.asked;
    found->second.since = steps_;
    return false;
  }
  if (retry && ++tries_[node] <= retries_) {
    waiting_.insert(node);
    return true;
  }
  notices_.push_back({"unreachable", {name}, trouble});
  if (known_.contains(node)) {
    silent_.emplace(node,
                    Silence{fmt::format("unreachable: {} answers no more: {}", name, trouble), 0, steps_});
  } else {
    give_up(node, trouble);
  }
  return false;
}

void RollCall::give_up(std::uint32_t node, const std::string& reason) {
  silent_.erase(node);
  unusable_.emplace(node, reason);
}

const std::string* RollCall::why_not(std::uint32_t node) const {
  if (const auto found = unusable_.find(node); found != unusable_.end()) return &found->second;
  const auto found = silent_.find(node);
  return found != silent_.end() ? &found->second.reason : nullptr;
}

std::vector<Notice> RollCall::take_notices() { return std::exchange(notices_, {}); }

}  // namespace rackproof
