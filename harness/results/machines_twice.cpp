#include "harness/results/machines_twice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace rackproof {

namespace {

struct Bearer {
  std::uint32_t part;
  std::string name;
  std::string boot_id;  // for a machine id
};

/// Kind of the notice and what is told of the mark → who bears it.
using Marks = std::map<std::pair<std::string, std::string>, std::vector<Bearer>>;

void add_nodes(std::uint32_t part, const Results& results, Marks& marks) {
  for (const TargetRow& target : results.targets) {
    if (target.placement != Placement::node || target.boot_id.empty()) continue;
    marks[{"one machine twice", "boot id " + target.boot_id}].push_back({part, target.name, {}});
    if (target.machine_id.empty()) continue;
    marks[{"cloned identity", "machine id " + target.machine_id}].push_back(
        {part, target.name, target.boot_id});
  }
}

void add_devices(std::uint32_t part, const Results& results, Marks& marks) {
  // Software may call itself the same everywhere.
  std::set<std::uint32_t> emulated;
  for (const FactRow& fact : results.facts) {
    if (fact.key == "device/emulated") emulated.insert(fact.target);
  }
  for (const FactRow& fact : results.facts) {
    const char* what = fact.key == "device/uuid" ? "UUID" : fact.key == "device/serial" ? "serial" : nullptr;
    if (what == nullptr || fact.found.empty() || emulated.contains(fact.target)) continue;
    marks[{"one machine twice", fmt::format("device {} {}", what, fact.found)}].push_back(
        {part, results.targets[fact.target].name, {}});
  }
}

/// Bearers are in the order of their parts. A machine id is a matter of its own only under several boot ids.
bool is_twice(const std::string& kind, const std::vector<Bearer>& bearers) {
  const Bearer& first = bearers.front();
  const bool several =
      std::ranges::any_of(bearers, [&](const Bearer& bearer) { return bearer.name != first.name; });
  const bool boots =
      std::ranges::any_of(bearers, [&](const Bearer& bearer) { return bearer.boot_id != first.boot_id; });
  return several && first.part != bearers.back().part && (kind != "cloned identity" || boots);
}

}  // namespace

std::vector<Results::Notice> machines_twice(const std::vector<MergeInput>& parts) {
  Marks marks;
  for (std::uint32_t part = 0; part < parts.size(); ++part) {
    add_nodes(part, parts[part].results, marks);
    add_devices(part, parts[part].results, marks);
  }
  std::vector<Results::Notice> notices;
  for (const auto& [mark, bearers] : marks) {
    if (!is_twice(mark.first, bearers)) continue;
    std::set<std::string> names;
    std::vector<std::string> campaigns;
    for (const Bearer& bearer : bearers) {
      names.insert(bearer.name);
      const std::string& id = parts[bearer.part].results.provenance.campaign_id;
      if (std::ranges::find(campaigns, id) == campaigns.end()) campaigns.push_back(id);
    }
    notices.push_back({mark.first,
                       {names.begin(), names.end()},
                       fmt::format("{} in campaigns {}", mark.second, fmt::join(campaigns, ", "))});
  }
  return notices;
}

}  // namespace rackproof
