#include "harness/launch/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/plan/identifier.hpp"

namespace rackproof {

namespace {

/// Recorded machines of these nodes; none when all are their own.
std::vector<std::string> system_roots_of(const Site& site, const std::vector<std::uint32_t>& nodes) {
  std::vector<std::string> roots;
  for (const std::uint32_t node : nodes) roots.push_back(site.nodes[node].system_root);
  const bool recorded = std::ranges::any_of(roots, [](const std::string& root) { return !root.empty(); });
  return recorded ? roots : std::vector<std::string>{};
}

/// What the site requires of these nodes; once when it requires the same of all of them.
std::vector<Requirements> requirements_of(const Site& site, const std::vector<std::uint32_t>& nodes) {
  std::vector<Requirements> all;
  for (const std::uint32_t node : nodes) all.push_back(*site.nodes[node].requirements);
  const bool alike =
      std::ranges::all_of(all, [&](const Requirements& needs) { return needs == all.front(); });
  if (alike && !all.empty()) all.resize(all.front().empty() ? 0 : 1);
  return all;
}

}  // namespace

std::vector<std::uint32_t> ranks_of(const Site& site, Catalogue catalogue, const Target& target,
                                    const std::vector<std::uint32_t>& nodes, const std::string& case_id) {
  const CaseRow* const row = find_case(catalogue, case_id);
  if (row != nullptr && row->rank_per_device && target.device < 0) {
    std::vector<std::uint32_t> ranks;
    for (const std::uint32_t node : nodes) ranks.insert(ranks.end(), site.nodes[node].devices->size(), node);
    return ranks;
  }
  return is_single(target) ? std::vector<std::uint32_t>{} : nodes;
}

BundleStep bundle_step(const Site& site, const Job& job, int start) {
  BundleStep step;
  step.step = fmt::format("{}.{}", job.step.id, start);
  step.target = job.step.target.name;
  step.launch = job.step.launch;
  step.attempt = job.attempt;
  step.cases = job.cases;
  const auto& nodes_of_ranks = job.ranks.empty() ? job.step.target.nodes : job.ranks;
  step.system_roots = system_roots_of(site, nodes_of_ranks);
  step.requirements = requirements_of(site, nodes_of_ranks);
  if (job.step.target.device >= 0) {
    const SiteNode& node = site.nodes[job.step.target.nodes.front()];
    const auto at = static_cast<std::size_t>(job.step.target.device);
    step.backend = (*node.devices)[at].backend;
    step.backend_options = (*node.devices)[at].options;
    step.device_position = position_in_backend(node, at);
  } else if (!job.cases.empty() && is_device_case(job.cases.front())) {
    const SiteNode& node = site.nodes[job.step.target.nodes.front()];
    step.backend = node.devices->front().backend;
    step.backend_options = node.devices->front().options;
    std::map<std::uint32_t, int> next;  // the devices of a node in the order of its ranks
    for (const std::uint32_t rank_node : job.ranks) step.rank_positions.push_back(next[rank_node]++);
    if (job.ranks.empty()) step.device_count = static_cast<int>(node.devices->size());
  }
  return step;
}

}  // namespace rackproof
