#include "harness/launch/job_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "harness/plan/identifier.hpp"

namespace rackproof {

JobQueue::JobQueue(const Plan& plan, const Site& site, Catalogue catalogue)
    : plan_(plan), site_(site), catalogue_(catalogue), expansion_(plan, site, catalogue) {
  while (const auto step = expansion_.next_step()) {
    ++steps_total_;
    estimate_s_ += step->estimate_s;
  }
  expansion_.rewind();
}

void JobQueue::take_up(const JournalContent& journal) {
  history_.add(journal);
  for (const auto& entry : journal.entries) {
    if (entry.record.value("type", "") != "step_begin") continue;
    // Steps that were collected may have come in another order than they were asked in.
    const std::string id = entry.record.at("step");
    const auto dot = id.find('.');
    int& starts = starts_[id.substr(0, dot)];
    starts = std::max(starts, std::stoi(id.substr(dot + 1)) + 1);
  }
}

bool JobQueue::empty() {
  if (waiting_.empty() && !ahead_) ahead_ = expansion_.next_step();
  return waiting_.empty() && !ahead_;
}

std::optional<Job> JobQueue::next() {
  while (!empty()) {
    if (!fits(waiting_.empty() ? ahead_->target : waiting_.front().step.target)) return std::nullopt;
    if (waiting_.empty()) {
      // Not before it fits: what happened meanwhile decides what is still to be done.
      const Step step = *std::exchange(ahead_, std::nullopt);
      queue(step, step.cases);
      continue;
    }
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    for (const auto& machine : machines(job.step.target)) ++busy_[machine];
    return job;
  }
  return std::nullopt;
}

BundleStep JobQueue::bundle_step(const Job& job) {
  BundleStep step;
  step.step = fmt::format("{}.{}", job.step.id, starts_[job.step.id]++);
  step.target = job.step.target.name;
  step.launch = job.step.launch;
  step.attempt = job.attempt;
  step.cases = job.cases;
  if (job.step.target.device >= 0) {
    const SiteNode& node = site_.nodes[job.step.target.nodes.front()];
    const auto at = static_cast<std::size_t>(job.step.target.device);
    step.backend = node.devices[at].backend;
    step.backend_options = node.devices[at].options;
    step.device_position = position_in_backend(node, at);
  } else if (is_device_case(job.cases.front())) {
    const SiteNode& node = site_.nodes[job.step.target.nodes.front()];
    step.backend = node.devices.front().backend;
    step.backend_options = node.devices.front().options;
    std::map<std::uint32_t, int> next;  // the devices of a node in the order of its ranks
    for (const std::uint32_t rank_node : job.ranks) step.rank_positions.push_back(next[rank_node]++);
    if (job.ranks.empty()) step.device_count = static_cast<int>(node.devices.size());
  }
  return step;
}

void JobQueue::finished(const Job& job, const std::vector<CaseEnd>& ends, bool retry) {
  for (const auto& machine : machines(job.step.target)) --busy_[machine];
  for (const CaseEnd& end : ends) history_.add(end);
  --open_[job.step.number];
  if (!retry) return;
  // A case that its worker skipped or gave up for a signal is not tried again before --resume: it might go on
  // for ever.
  std::vector<std::string> again = job.cases;
  std::erase_if(again, [&](const std::string& id) {
    const auto end = std::ranges::find(ends, id, &CaseEnd::case_id);
    return end != ends.end() &&
           (end->outcome.status == Status::skipped || end->outcome.status == Status::preempted);
  });
  queue(job.step, again);
}

// One rank on each node of a pair or group; one for each device of the nodes where the case asks for that.
std::vector<std::uint32_t> JobQueue::ranks_of(const Target& target, const std::string& case_id) const {
  const CaseRow* const row = find_case(catalogue_, case_id);
  if (row != nullptr && row->rank_per_device && target.device < 0) {
    std::vector<std::uint32_t> ranks;
    for (const std::uint32_t node : target.nodes)
      ranks.insert(ranks.end(), site_.nodes[node].devices.size(), node);
    return ranks;
  }
  const bool is_group = target.placement == Placement::pair || target.placement == Placement::group;
  return is_group ? target.nodes : std::vector<std::uint32_t>{};
}

/// Puts those cases of a step that still need an attempt into jobs: one for each attempt number, for the host and the
/// devices, which another backend measures, and for the ranks that a case takes.
void JobQueue::queue(const Step& step, const std::vector<std::string>& cases) {
  std::map<std::tuple<int, bool, std::vector<std::uint32_t>>, Job> jobs;
  Job given_up{
      step,
      0,
      {},
      {},
      fmt::format("{} fresh launches went wrong here and none ended ok", History::kEnoughReproductions)};
  for (const auto& id : cases) {
    if (history_.finished(step.target.name, id, step.launch, plan_.retries)) continue;
    const int attempt = history_.next_attempt(step.target.name, id, step.launch);
    if (history_.given_up(step.target.name, id)) {
      if (attempt == 0) given_up.cases.push_back(id);
    } else {
      const auto ranks = ranks_of(step.target, id);
      jobs.try_emplace({attempt, is_device_case(id), ranks}, Job{step, attempt, {}, ranks, {}})
          .first->second.cases.push_back(id);
    }
  }
  std::size_t& open = open_[step.number];
  open += jobs.size() + (given_up.cases.empty() ? 0 : 1);
  if (!given_up.cases.empty()) waiting_.push_back(std::move(given_up));
  for (auto& [key, job] : jobs) waiting_.push_back(std::move(job));
  if (open == 0) {
    open_.erase(step.number);
    ++steps_done_;
    done_estimate_s_ += step.estimate_s;
  }
}

std::vector<std::string> JobQueue::machines(const Target& target) const {
  if (!site_.virtual_on.empty()) return {site_.virtual_on};
  std::vector<std::string> names;
  for (const auto node : target.nodes) names.push_back(site_.nodes[node].name);
  return names;
}

bool JobQueue::fits(const Target& target) {
  const int slots = site_.virtual_on.empty() ? 1 : site_.slots;
  return std::ranges::all_of(machines(target), [&](const std::string& name) { return busy_[name] < slots; });
}

}  // namespace rackproof
