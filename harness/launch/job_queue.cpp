#include "harness/launch/job_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "harness/plan/identifier.hpp"
#include "harness/record/reproduction.hpp"

namespace rackproof {

namespace {

constexpr int kMostLosses = 2;  // of a device, in a row
constexpr const char* kLost = "the device was lost twice in a row";
constexpr std::size_t kLookAhead = 1024;  // steps, at least: so that a slow node does not hold up the others

bool is_single(const Target& target) {
  return target.placement == Placement::node || target.placement == Placement::device;
}

}  // namespace

JobQueue::JobQueue(const Plan& plan, const Site& site, Catalogue catalogue, bool ask, IsBelow is_below)
    : plan_(plan),
      site_(site),
      catalogue_(catalogue),
      expansion_(plan, site, catalogue),
      screening_(site, history_, std::move(is_below)),
      occupancy_(site),
      claimed_(site.nodes.size(), 0) {
  while (const auto step = expansion_.next_step()) {
    ++steps_total_;
    estimate_s_ += step->estimate_s;
  }
  expansion_.rewind();
  for (std::uint32_t i = 0; ask && i < site.nodes.size(); ++i) {
    if (!site.nodes[i].absent.empty()) continue;
    Job job;
    job.kind = Job::Kind::answer;
    job.step.id = fmt::format("a{:06}", i + 1);
    job.step.target = {site.nodes[i].name, Placement::node, "node", {i}, -1, site.nodes[i].model};
    waiting_.push_back({std::move(job)});
  }
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
      const auto target = targets.find(end.target);
      if (target != targets.end()) screening_.see(target->second, end);
    }
  }
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
          occupancy_.fits(nodes) && (place->job.kind != Job::Kind::answer || asking_ < kAskedAtOnce);
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
        if (job.kind == Job::Kind::answer) ++asking_;
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
  return job.kind == Job::Kind::measure || !job.without_worker;
}

/// Puts the jobs of a step into its place and returns the first of them, or what follows when nothing is left to do.
JobQueue::Place JobQueue::split(Place place) {
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
  std::map<std::tuple<int, bool, std::vector<std::uint32_t>>, Job> jobs;
  Job given_up{step, 0, {}, {}, {}};
  for (const auto& id : cases) {
    if (history_.finished(step.target.name, id, step.launch, plan_.retries)) continue;
    const int attempt = history_.next_attempt(step.target.name, id, step.launch);
    if (!not_started && history_.given_up(step.target.name, id)) {
      if (attempt == 0) given_up.cases.push_back(id);
      continue;
    }
    const auto ranks = not_started ? std::vector<std::uint32_t>() : ranks_of(step.target, nodes, id);
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
    if (const auto found = unusable_.find(nodes.front()); found != unusable_.end())
      return Outcome{Status::failed, Phase::launch, found->second};
    if (!is_quarantined(target)) return std::nullopt;
    return Outcome{Status::skipped, Phase::launch, std::string("quarantined: ") + kLost};
  }
  std::string left_out;
  std::erase_if(nodes, [&](std::uint32_t node) {
    const auto found = unusable_.find(node);
    const std::string reason = found != unusable_.end() ? found->second : screening_.reason(node);
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
  return is_single(target) && history_.losses_in_a_row(target.name) >= kMostLosses;
}

/// One rank on each node of a pair or group; one for each device of the nodes where the case asks for that.
std::vector<std::uint32_t> JobQueue::ranks_of(const Target& target, const std::vector<std::uint32_t>& nodes,
                                              const std::string& case_id) const {
  const CaseRow* const row = find_case(catalogue_, case_id);
  if (row != nullptr && row->rank_per_device && target.device < 0) {
    std::vector<std::uint32_t> ranks;
    for (const std::uint32_t node : nodes) ranks.insert(ranks.end(), site_.nodes[node].devices->size(), node);
    return ranks;
  }
  const bool is_group = target.placement == Placement::pair || target.placement == Placement::group;
  return is_group ? nodes : std::vector<std::uint32_t>{};
}

std::vector<std::uint32_t> JobQueue::ranks_of(const Target& target, const std::string& case_id) const {
  return ranks_of(target, target.nodes, case_id);
}

std::vector<std::string> JobQueue::system_roots_of(const std::vector<std::uint32_t>& nodes) const {
  std::vector<std::string> roots;
  for (const std::uint32_t node : nodes) roots.push_back(site_.nodes[node].system_root);
  const bool recorded = std::ranges::any_of(roots, [](const std::string& root) { return !root.empty(); });
  return recorded ? roots : std::vector<std::string>{};
}

std::vector<Requirements> JobQueue::requirements_of(const std::vector<std::uint32_t>& nodes) const {
  std::vector<Requirements> all;
  for (const std::uint32_t node : nodes) all.push_back(*site_.nodes[node].requirements);
  const bool alike =
      std::ranges::all_of(all, [&](const Requirements& needs) { return needs == all.front(); });
  if (alike && !all.empty()) all.resize(all.front().empty() ? 0 : 1);
  return all;
}

BundleStep JobQueue::bundle_step(const Job& job) {
  BundleStep step;
  step.step = fmt::format("{}.{}", job.step.id, starts_[job.step.id]++);
  step.target = job.step.target.name;
  step.launch = job.step.launch;
  step.attempt = job.attempt;
  step.cases = job.cases;
  const auto& nodes_of_ranks = job.ranks.empty() ? job.step.target.nodes : job.ranks;
  step.system_roots = system_roots_of(nodes_of_ranks);
  step.requirements = requirements_of(nodes_of_ranks);
  if (job.step.target.device >= 0) {
    const SiteNode& node = site_.nodes[job.step.target.nodes.front()];
    const auto at = static_cast<std::size_t>(job.step.target.device);
    step.backend = (*node.devices)[at].backend;
    step.backend_options = (*node.devices)[at].options;
    step.device_position = position_in_backend(node, at);
  } else if (!job.cases.empty() && is_device_case(job.cases.front())) {
    const SiteNode& node = site_.nodes[job.step.target.nodes.front()];
    step.backend = node.devices->front().backend;
    step.backend_options = node.devices->front().options;
    std::map<std::uint32_t, int> next;  // the devices of a node in the order of its ranks
    for (const std::uint32_t rank_node : job.ranks) step.rank_positions.push_back(next[rank_node]++);
    if (job.ranks.empty()) step.device_count = static_cast<int>(node.devices->size());
  }
  return step;
}

void JobQueue::finished(const Job& job, const std::vector<CaseEnd>& ends, bool retry) {
  const Target& target = job.step.target;
  may_have_changed_ = true;
  occupancy_.give_back(target.nodes);
  std::vector<std::string> again = job.cases;
  for (const CaseEnd& end : ends) {
    const Status status = end.outcome.status;
    history_.add(end);
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
  if (job.kind == Job::Kind::control) {
    const auto is_ok = [](const CaseEnd& end) { return end.outcome.status == Status::ok; };
    if (retry && std::ranges::none_of(ends, is_ok)) queue_control(*job.suspect, job.cases.front());
    return;
  }
  if (retry && !job.without_worker && !again.empty()) {
    Waiting left{Job{job.step, 0, std::move(again), {}, {}}, false, true};
    waiting_.push_front(std::move(left));
    ++open_[job.step.number];
  }
  close_one(job.step);
}

/// Is it the target, or would the case go wrong anywhere now?
void JobQueue::queue_control(const Target& target, const std::string& case_id) {
  const auto control =
      screening_.control(target, case_id, [&](std::uint32_t node) { return !unusable_.contains(node); });
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
  const std::uint32_t node = job.step.target.nodes.front();
  may_have_changed_ = true;
  occupancy_.give_back(job.step.target.nodes);
  --asking_;
  if (trouble.empty() || unusable_.contains(node)) return;
  if (retry && ++asked_[node] <= plan_.retries) return waiting_.push_front({job});
  notices_.push_back({"unreachable", {job.step.target.name}, trouble});
  give_up(node, trouble);
}

void JobQueue::give_up(std::uint32_t node, const std::string& reason) {
  may_have_changed_ = true;
  unusable_.emplace(node, reason);
}

std::vector<Notice> JobQueue::take_notices() { return std::exchange(notices_, {}); }

}  // namespace rackproof
