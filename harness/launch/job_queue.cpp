#include "harness/launch/job_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <tuple>
#include <utility>

#include "harness/plan/identifier.hpp"
#include "harness/record/reproduction.hpp"

namespace rackproof {

static constexpr const char* kLost = "the device was lost twice in a row";
// Steps, at least: so that a slow node does not hold up the others.
static constexpr std::size_t kLookAhead = 1024;
// Numbers of steps that the plan does not have begin here.
static constexpr std::uint64_t kBeyondThePlan = std::uint64_t{1} << 48;

static bool is_further(const Step& step) { return step.number > kBeyondThePlan; }

JobQueue::JobQueue(const Plan& plan, const Site& site, Catalogue catalogue, bool ask, IsBelow is_below,
                   LookAgain look_again)
    : plan_(plan),
      site_(site),
      catalogue_(catalogue),
      expansion_(plan, site, catalogue),
      screening_(site, history_, std::move(is_below)),
      further_(plan.launches, std::move(look_again)),
      roll_call_(site, plan.retries, ask),
      occupancy_(site),
      claimed_(site.nodes.size(), 0) {
  while (const auto step = expansion_.next_step()) {
    ++steps_total_;
    estimate_s_ += step->estimate_s;
  }
  expansion_.rewind();
  for (Job& question : roll_call_.first()) waiting_.push_back({std::move(question)});
}

void JobQueue::take_up(const JournalContent& journal) {
  std::unordered_map<std::string, Target> targets;  // of one node
  for (const char* scope : {"node", "device"}) {
    PlanRun run;
    run.scope = scope;
    TargetWalk walk(run, site_);
    while (auto target = walk.next()) targets.emplace(target->name, *target);
  }
  for (const auto& entry : journal.entries) {
    const std::string type = entry.record.value("type", "");
    if (type == "step_begin") {
      // Steps that were collected may have come in another order than they were asked in.
      const std::string id = entry.record.at("step");
      const auto dot = id.find('.');
      int& starts = starts_[id.substr(0, dot)];
      starts = std::max(starts, std::stoi(id.substr(dot + 1)) + 1);
    } else if (type == "case_end") {
      const auto end = entry.record.get<CaseEnd>();
      history_.add(end);
      further_.see(end);
      const auto target = targets.find(end.target);
      if (target != targets.end()) screening_.see(target->second, end);
    }
  }
}

/// Launches of a case beyond the planned ones, as steps of their own. `step`: any launch of it.
std::vector<JobQueue::Waiting> JobQueue::further_steps(const Step& step, const std::string& case_id,
                                                       const std::vector<int>& launches) {
  std::vector<Waiting> steps;
  for (const int launch : launches) {
    Job job;
    job.step = step;
    job.step.number = kBeyondThePlan + ++further_steps_;
    job.step.id = fmt::format("l{:06}", further_steps_);
    job.step.launch = launch;
    job.step.cases = SharedValue(std::vector<std::string>{case_id});
    job.step.estimate_s = step.estimate_s / static_cast<double>(step.cases->size());
    job.cases = {case_id};
    ++steps_total_;
    estimate_s_ += job.step.estimate_s;
    steps.push_back({std::move(job), false});
  }
  return steps;
}

bool JobQueue::empty() {
  fill();
  return waiting_.empty();
}

void JobQueue::fill() {
  const std::size_t most = std::max(kLookAhead, 2 * site_.nodes.size());
  while (!expanded_ && waiting_.size() < most) {
    auto step = expansion_.next_step();
    if (!step) {
      expanded_ = true;
      return;
    }
    Job job;
    job.cases = *step->cases;
    job.step = std::move(*step);
    waiting_.push_back({std::move(job), false});
    const Step& planned = waiting_.back().job.step;
    if (!further_ || planned.launch + 1 < plan_.launches) continue;
    // What was asked for when a campaign was interrupted, or would have been next.
    for (const std::string& id : *planned.cases) {
      for (const std::vector<int>& launches :
           {further_.left(planned.target, id), further_.due(planned.target, id)}) {
        for (Waiting& further : further_steps(planned, id, launches)) waiting_.push_back(std::move(further));
      }
    }
  }
}

std::optional<Job> JobQueue::next() {
  if (!may_have_changed_) return std::nullopt;
  bool again = true;
  while (again && !empty()) {
    again = false;
    ++scan_;
    for (auto place = waiting_.begin(); place != waiting_.end() && !occupancy_.is_full();) {
      const auto& nodes = place->job.step.target.nodes;
      const bool may_start =
          std::ranges::none_of(nodes, [&](std::uint32_t node) { return claimed_[node] == scan_; }) &&
          occupancy_.fits(nodes) && (place->job.kind != Job::Kind::answer || !roll_call_.is_full());
      if (!may_start) {
        for (const std::uint32_t node : nodes) claimed_[node] = scan_;
        ++place;
      } else if (!place->is_split) {
        // Not before it may start: what happened meanwhile decides what is still to be done.
        place = split(place);
        again = true;
      } else {
        Job job = std::move(place->job);
        place = waiting_.erase(place);
        if (!check_again(job)) {
          again = true;  // its place may be another one's
          continue;
        }
        occupancy_.take(job.step.target.nodes);
        if (job.kind == Job::Kind::answer) roll_call_.started();
        return job;
      }
    }
  }
  may_have_changed_ = false;
  return std::nullopt;
}

/// What was found while a job waited may be against it. Returns false when nothing is to be done for it any more.
bool JobQueue::check_again(Job& job) {
  if (!is_single(job.step.target) || job.kind == Job::Kind::answer || job.without_worker) return true;
  std::vector<std::uint32_t> nodes = job.step.target.nodes;
  job.without_worker = why_not(job.step, nodes);
  if (job.without_worker && is_further(job.step)) {
    close_one(job.step);
    return false;
  }
  return job.kind == Job::Kind::measure || !job.without_worker;
}

/// Before a step: the questions to those of its nodes that may have come back. Returns the first of them, or `place`.
JobQueue::Place JobQueue::ask_first(Place place) {
  auto first = place;
  for (Job& question : roll_call_.later(place->job.step.target.nodes))
    first = waiting_.insert(first, {std::move(question)});
  return first;
}

/// Puts the jobs of a step into its place and returns the first of them, or what follows when nothing is left to do.
JobQueue::Place JobQueue::split(Place place) {
  if (const Place question = ask_first(place); question != place) return question;
  const Step step = std::move(place->job.step);
  std::vector<Job> jobs = jobs_of(step, place->job.cases);
  open_[step.number] += jobs.size();
  if (!place->is_retry) ++open_[step.number];  // as a retry has done, so that close() finds the step
  auto first = waiting_.erase(place);
  close_one(step);
  for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) first = waiting_.insert(first, {std::move(*job)});
  return first;
}

/// One job of a step less; the step is done when none is left.
void JobQueue::close_one(const Step& step) {
  if (--open_[step.number] > 0) return;
  open_.erase(step.number);
  ++steps_done_;
  done_estimate_s_ += step.estimate_s;
}

/// Those cases of a step that still need an attempt: a job for each attempt number, for the host and the devices, which
/// another backend measures, and for the ranks that a case takes.
std::vector<Job> JobQueue::jobs_of(const Step& step, const std::vector<std::string>& cases) {
  std::vector<std::uint32_t> nodes = step.target.nodes;
  const std::optional<Outcome> not_started = why_not(step, nodes);
  if (not_started && is_further(step)) return {};  // it says nothing about the target
  std::map<std::tuple<int, bool, std::vector<std::uint32_t>>, Job> jobs;
  Job given_up{step, 0, {}, {}, {}};
  for (const auto& id : cases) {
    if (history_.finished(step.target.name, id, step.launch, plan_.retries)) continue;
    const int attempt = history_.next_attempt(step.target.name, id, step.launch);
    if (!not_started && history_.given_up(step.target.name, id)) {
      if (attempt == 0) given_up.cases.push_back(id);
      continue;
    }
    const auto ranks = not_started ? std::vector<std::uint32_t>()
                                   : rackproof::ranks_of(site_, catalogue_, step.target, nodes, id);
    jobs.try_emplace({attempt, is_device_case(id), ranks}, Job{step, attempt, {}, ranks, not_started})
        .first->second.cases.push_back(id);
  }
  std::vector<Job> all;
  if (!given_up.cases.empty()) {
    given_up.without_worker =
        Outcome{Status::skipped, Phase::launch,
                fmt::format("{} fresh launches went wrong here and none ended ok", kReproductions)};
    all.push_back(std::move(given_up));
  }
  for (auto& [key, job] : jobs) all.push_back(std::move(job));
  return all;
}

/// Why no worker is started for a step; takes the nodes that are left out from those of a group that is measured
/// without them.
std::optional<Outcome> JobQueue::why_not(const Step& step, std::vector<std::uint32_t>& nodes) {
  const Target& target = step.target;
  if (is_single(target)) {
    if (const std::string* why = roll_call_.why_not(nodes.front()))
      return Outcome{Status::failed, Phase::launch, *why};
    if (!is_quarantined(target)) return std::nullopt;
    return Outcome{Status::skipped, Phase::launch, std::string("quarantined: ") + kLost};
  }
  std::string left_out;
  std::erase_if(nodes, [&](std::uint32_t node) {
    const std::string* const why = roll_call_.why_not(node);
    const std::string reason = why != nullptr ? *why : screening_.reason(node);
    if (reason.empty()) return false;
    const std::string& name = site_.nodes[node].name;
    left_out += fmt::format("{}{}: {}", left_out.empty() ? "" : "; ", name, reason);
    if (left_out_.emplace(target.name, node).second)
      notices_.push_back({"left out", {target.name, name}, reason});
    return true;
  });
  if (nodes.size() >= step.least_nodes) return std::nullopt;
  return Outcome{Status::skipped, Phase::launch, "left out: " + left_out};
}

bool JobQueue::is_quarantined(const Target& target) const {
  return is_single(target) && history_.losses_in_a_row(target.name) >= kLossesInARow;
}

std::vector<std::uint32_t> JobQueue::ranks_of(const Target& target, const std::string& case_id) const {
  return rackproof::ranks_of(site_, catalogue_, target, target.nodes, case_id);
}

BundleStep JobQueue::bundle_step(const Job& job) {
  return rackproof::bundle_step(site_, job, starts_[job.step.id]++);
}

void JobQueue::finished(const Job& job, const std::vector<CaseEnd>& ends, bool retry) {
  const Target& target = job.step.target;
  may_have_changed_ = true;
  occupancy_.give_back(target.nodes);
  std::vector<std::string> again = job.cases;
  for (const CaseEnd& end : ends) {
    const Status status = end.outcome.status;
    history_.add(end);
    further_.see(end);
    if (is_single(target)) screening_.see(target, end);
    const bool is_final = history_.finished(target.name, end.case_id, end.launch, plan_.retries);
    if (is_final && is_machinery(status)) troubled_.insert(target.name);
    // A case that its worker skipped or gave up for a signal is not tried again before --resume: it might go on
    // for ever.
    if (is_final || status == Status::skipped || status == Status::preempted) std::erase(again, end.case_id);
    if (retry && is_single(target) && is_machinery(status)) queue_control(target, end.case_id);
  }
  if (is_quarantined(target) && quarantined_.insert(target.name).second)
    notices_.push_back({"quarantined", {target.name}, kLost});
  tried_.insert(target.name);
  if (!job.without_worker) roll_call_.step_ended();
  if (job.kind == Job::Kind::control) {
    const auto is_ok = [](const CaseEnd& end) { return end.outcome.status == Status::ok; };
    if (retry && std::ranges::none_of(ends, is_ok)) queue_control(*job.suspect, job.cases.front());
    if (retry) doubt(job, ends);
    return;
  }
  if (retry && !job.without_worker && !again.empty()) {
    Waiting left{Job{job.step, 0, std::move(again), {}, {}}, false, true};
    waiting_.push_front(std::move(left));
    ++open_[job.step.number];
  }
  if (retry && further_) {
    for (const CaseEnd& end : ends) {
      auto steps = further_steps(job.step, end.case_id, further_.due(target, end.case_id));
      std::ranges::move(std::views::reverse(steps), std::front_inserter(waiting_));
    }
  }
  if (retry) doubt(job, ends);
  close_one(job.step);
}

/// A node may have died: it is asked before it, or anybody, has more to do, the next attempt of this step included.
void JobQueue::doubt(const Job& job, const std::vector<CaseEnd>& ends) {
  const bool is_alone = is_single(job.step.target);
  const auto is_doubtful = [&](const CaseEnd& end) {
    return is_machinery(end.outcome.status) && (end.outcome.phase == Phase::launch || !is_alone);
  };
  if (job.without_worker || std::ranges::none_of(ends, is_doubtful) || empty()) return;
  const auto& nodes = job.ranks.empty() ? job.step.target.nodes : job.ranks;
  for (Job& question : roll_call_.doubt(nodes)) waiting_.push_front({std::move(question)});
}

/// Is it the target, or would the case go wrong anywhere now?
void JobQueue::queue_control(const Target& target, const std::string& case_id) {
  const auto control = screening_.control(
      target, case_id, [&](std::uint32_t node) { return roll_call_.why_not(node) == nullptr; });
  if (!control) return;
  Job job;
  job.kind = Job::Kind::control;
  job.step.id = fmt::format("c{:06}", ++controls_);
  job.step.target = *control;
  job.step.launch = Job::kControlLaunch;
  job.attempt = history_.next_attempt(control->name, case_id, Job::kControlLaunch);
  job.cases = {case_id};
  job.suspect = target;
  waiting_.push_front({std::move(job)});
}

void JobQueue::answered(const Job& job, const std::string& trouble, bool retry) {
  may_have_changed_ = true;
  occupancy_.give_back(job.step.target.nodes);
  if (roll_call_.answered(job.step.target.nodes.front(), trouble, retry)) waiting_.push_front({job});
}

void JobQueue::give_up(std::uint32_t node, const std::string& reason) {
  may_have_changed_ = true;
  roll_call_.give_up(node, reason);
}

std::vector<Notice> JobQueue::take_notices() {
  std::vector<Notice> notices = roll_call_.take_notices();
  notices.insert(notices.end(), notices_.begin(), notices_.end());
  notices_.clear();
  return notices;
}

}  // namespace rackproof
