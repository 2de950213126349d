#include "harness/launch/job.hpp"

#include <fmt/format.h>

#include <map>

#include "harness/plan/identifier.hpp"

namespace rackproof {

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
