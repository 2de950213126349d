#include "harness/plan/expand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "harness/plan/identifier.hpp"
#include "harness/plan/load_limit.hpp"
#include "harness/plan/repeated_problem.hpp"
#include "harness/plan/toml_table.hpp"

namespace rackproof {

namespace {

constexpr double kStepOverhead = 0.5;  // s: start and end of a measuring process

// Cases of all devices of a node, or of several nodes, are measured by one backend.
template <class Problem>
void check_devices_of_nodes(const PlanRun& run, const Site& site, Problem&& problem) {
  const auto of_devices = std::ranges::find_if(run.cases, is_device_case);
  if (of_devices == run.cases.end()) return;
  RepeatedProblem without, mixed;
  TargetWalk walk(run, site);
  while (const auto target = walk.next()) {
    for (const std::uint32_t node : target->nodes) {
      const auto& devices = *site.nodes[node].devices;
      const auto& first = *site.nodes[target->nodes.front()].devices;
      if (devices.empty()) {
        without.add([&] { return fmt::format("{}: {} has no device", *of_devices, site.nodes[node].name); });
      } else if (!first.empty() && !std::ranges::all_of(devices, [&](const SiteDevice& device) {
                   return device.backend == first.front().backend && device.options == first.front().options;
                 })) {
        mixed.add(
            [&] { return fmt::format("{}: {} has devices of several backends", *of_devices, target->name); });
      }
    }
  }
  if (without) problem(without.text(), "select nodes with devices, or remove the case");
  if (mixed) problem(mixed.text(), "select nodes with devices of one backend, or remove the case");
}

// A step on nodes that the site never lets be under load together would wait for ever.
template <class Problem>
void check_load(const PlanRun& run, const Site& site, Problem&& problem) {
  const int tightest = tightest_limit(site);
  if (tightest == 0 || (placement_of(run.scope) == Placement::pair && tightest > 1)) return;
  RepeatedProblem too_large;
  TargetWalk walk(run, site);
  while (const auto target = walk.next()) {
    const std::string limit = never_fits(site, *target);
    if (!limit.empty())
      too_large.add([&] {
        return fmt::format("{}: {} never runs under the site's limit of nodes under load ({})", run.scope,
                           target->name, limit);
      });
  }
  if (too_large) problem(too_large.text(), "raise that limit in [launch] of the site, or remove the run");
}

// The problems of one run on this site.
void check_targets(const Plan& plan, const PlanRun& run, const Site& site,
                   std::vector<Diagnostic>& problems) {
  const auto problem = [&](std::string message, std::string hint) {
    problems.push_back({plan.file, run.line, std::move(message), std::move(hint)});
  };
  const Placement placement = placement_of(run.scope);
  if (!site.shard.is_whole()) {
    // What a run lacks here may be in other shards.
  } else if (placement == Placement::pair && site.nodes.size() < 2) {
    problem(fmt::format("pair: the site has {} node{}", site.nodes.size(), site.nodes.size() == 1 ? "" : "s"),
            "a pair needs two nodes: remove the run or add nodes to the site");
  } else if (placement == Placement::group) {
    const auto groups = groups_of(site, group_label(run.scope));
    RepeatedProblem single;
    for (const NodeGroup& group : groups) {
      if (group.nodes.size() < 2) {
        single.add([&] { return fmt::format("{}: {} has one node", run.scope, group.name); });
      }
    }
    if (groups.empty()) {
      problem(fmt::format("{}: no node of the site has this label", run.scope),
              "write the label in the site's racks");
    }
    if (single) problem(single.text(), "a group needs two nodes: choose a larger group, or remove the run");
  } else if (!TargetWalk(run, site).next()) {
    problem(fmt::format("{0}: the site has no {0}s", run.scope), "remove the run or add them to the site");
  }
  if (placement != Placement::device) check_devices_of_nodes(run, site, problem);
  if (placement == Placement::pair || placement == Placement::group) check_load(run, site, problem);
}

// A share of a group that is not whole is rounded up; a group of one is none.
std::size_t least_nodes(const PlanRun& run, const Target& target) {
  if (target.placement != Placement::group) return target.nodes.size();
  const double share = std::ceil(run.minimum * static_cast<double>(target.nodes.size()));
  return std::clamp(static_cast<std::size_t>(share), std::size_t{2}, target.nodes.size());
}

}  // namespace

Expansion::Expansion(const Plan& plan, const Site& site, Catalogue catalogue)
    : plan_(plan), site_(site), cases_(plan.runs.size()) {
  check(catalogue);
  for (const PlanRun& run : plan_.runs) {
    samples_.emplace_back(run, site_, plan_.sample_key);
    auto& estimates = estimates_.emplace_back();
    for (const std::string& id : run.cases) {
      estimates.push_back(find_case(catalogue, id)->estimate_s + plan_.sample_time_s);
    }
  }
  sort_runs();
}

void Expansion::check(Catalogue catalogue) const {
  std::vector<Diagnostic> problems;
  check_promises(site_, catalogue, problems);
  for (const PlanRun& run : plan_.runs) {
    check_targets(plan_, run, site_, problems);
    for (const std::string& id : run.cases) {
      if (find_case(catalogue, id)) continue;
      problems.push_back(
          {plan_.file, run.line, fmt::format("unknown case \"{}\"", id), "use the program's own plan"});
    }
  }
  raise_problems(std::move(problems));
}

void Expansion::sort_runs() {
  using Rank = std::tuple<int, std::size_t>;  // kind of placement, largest group
  std::vector<Rank> ranks;
  for (const PlanRun& run : plan_.runs) {
    const Placement placement = placement_of(run.scope);
    if (placement == Placement::group) {
      std::size_t largest = 0;
      for (const NodeGroup& group : groups_of(site_, group_label(run.scope))) {
        largest = std::max(largest, group.nodes.size());
      }
      ranks.emplace_back(run.scope == "group:site" ? 3 : 2, largest);
    } else {
      ranks.emplace_back(placement == Placement::pair ? 1 : 0, 0);
    }
  }
  order_.resize(plan_.runs.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::stable_sort(order_.begin(), order_.end(),
                   [&](std::size_t a, std::size_t b) { return ranks[a] < ranks[b]; });
}

bool Expansion::is_there(const Target& target) const {
  return std::all_of(target.nodes.begin(), target.nodes.end(),
                     [&](std::uint32_t node) { return site_.nodes[node].absent.empty(); });
}

const Expansion::CasesOfModel& Expansion::cases_of(std::size_t run, const std::string& model) {
  const auto known = cases_[run].find(model);
  if (known != cases_[run].end()) return known->second;
  CasesOfModel of_model;
  of_model.estimate_s = kStepOverhead;
  const auto& planned = plan_.runs[run].cases;
  for (std::size_t i = 0; i < planned.size(); ++i) {
    if (find_exemption(plan_, planned[i], model)) continue;
    of_model.cases.edit().push_back(planned[i]);
    of_model.estimate_s += estimates_[run][i];
  }
  return cases_[run].emplace(model, std::move(of_model)).first->second;
}

std::optional<Target> Expansion::next_target(const PlanRun& run) {
  const bool is_backwards = plan_.is_abba && step_.launch % 2 == 1;
  if (!step_.targets) {
    step_.targets.emplace(run, site_);
    if (is_backwards) step_.backwards = targets(run);
  }
  if (!is_backwards) return step_.targets->next();
  if (step_.backwards.empty()) return std::nullopt;
  Target last = std::move(step_.backwards.back());
  step_.backwards.pop_back();
  return last;
}

std::optional<Step> Expansion::next_step() {
  while (step_.run < order_.size()) {
    const PlanRun& run = plan_.runs[order_[step_.run]];
    while (auto target = next_target(run)) {
      if (!is_there(*target) || !samples_[order_[step_.run]].has(target->name)) continue;
      const CasesOfModel& cases = cases_of(order_[step_.run], target->model);
      if (cases.cases->empty()) continue;
      Step step;
      step.cases = cases.cases;
      step.estimate_s = cases.estimate_s;
      step.number = ++step_.number;
      step.id = fmt::format("s{:06}", step.number);
      step.least_nodes = least_nodes(run, *target);
      step.target = std::move(*target);
      step.launch = step_.launch;
      return step;
    }
    step_.targets.reset();
    if (++step_.launch >= plan_.launches) {
      step_.launch = 0;
      ++step_.run;
    }
  }
  return std::nullopt;
}

std::optional<Promise> Expansion::next_promise() {
  while (promise_.run < order_.size()) {
    const PlanRun& run = plan_.runs[order_[promise_.run]];
    if (!promise_.targets) promise_.targets.emplace(run, site_);
    if (promise_.target && promise_.item < run.cases.size()) {
      const std::string& id = run.cases[promise_.item++];
      const Exemption* exemption = find_exemption(plan_, id, promise_.target->model);
      const TargetSample& sample = samples_[order_[promise_.run]];
      std::string exempt = exemption ? exemption->reason : std::string();
      if (exempt.empty() && !sample.has(promise_.target->name)) exempt = sample.reason();
      return Promise{*promise_.target, id, std::move(exempt)};
    }
    promise_.item = 0;
    promise_.target = promise_.targets->next();
    if (!promise_.target) {
      promise_.targets.reset();
      ++promise_.run;
    }
  }
  return std::nullopt;
}

void Expansion::rewind() {
  step_ = {};
  promise_ = {};
}

std::vector<Target> Expansion::targets(const PlanRun& run) const {
  std::vector<Target> out;
  TargetWalk walk(run, site_);
  while (auto target = walk.next()) out.push_back(std::move(*target));
  return out;
}

const Exemption* find_exemption(const Plan& plan, const std::string& case_id, const std::string& model) {
  for (const Exemption& exemption : plan.exemptions) {
    if (exemption.case_id == case_id && exemption.model == model) return &exemption;
  }
  return nullptr;
}

}  // namespace rackproof
