#include "reports/place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/base/shell_quoting.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kListed = 4;  // racks or hosts named before "and N more"

// Names in the order in which they come, each once.
class Names {
 public:
  void add(const std::string& name) {
    if (!name.empty() && seen_.insert(name).second) names_.push_back(name);
  }
  const std::vector<std::string>& all() const { return names_; }

 private:
  std::set<std::string_view> seen_;  // of what outlives it
  std::vector<std::string> names_;
};

std::string within_rack(const std::string& name, const std::string& rack) {
  if (!rack.empty() && name.size() > rack.size() + 1 && name.starts_with(rack) && name[rack.size()] == '/') {
    return name.substr(rack.size() + 1);
  }
  return name;
}

std::string backend_of(const Results& results, const TargetRow& device) {
  if (const auto label = device.labels.find("backend"); label != device.labels.end()) return label->second;
  std::set<std::string> all;
  std::set<std::string> accelerators;
  for (const auto& backend : results.provenance.backends) {
    all.insert(backend.name);
    if (backend.name != "cpu" && backend.name != "mpi") accelerators.insert(backend.name);
  }
  if (accelerators.size() == 1) return *accelerators.begin();
  return accelerators.empty() && all.size() == 1 ? *all.begin() : std::string{};
}

// "--host a,b" only where each rank has a machine of its own with a known name.
std::string host_option(const Results& results, const TargetRow& target) {
  Names hosts;
  for (const auto member : target.members) {
    const TargetRow& node = results.targets.at(member);
    if (node.is_virtual) return {};
    hosts.add(node.hostname);
  }
  if (hosts.all().size() != target.members.size()) return {};
  return fmt::format(" --host {}", shell_quoted(fmt::format("{}", fmt::join(hosts.all(), ","))));
}

}  // namespace

bool answered(const TargetRow& node) { return !node.hostname.empty() || !node.boot_id.empty(); }

Place place_of(const Results& results, std::uint32_t index) {
  const TargetRow& target = results.targets.at(index);
  Names racks;
  Names hosts;
  racks.add(target.rack);
  for (const auto member : target.members) {
    racks.add(results.targets.at(member).rack);
    hosts.add(results.targets.at(member).hostname);
  }
  hosts.add(target.hostname);
  Place place;
  if (racks.all().size() == 1) place.rack = racks.all().front();
  place.racks = joined(racks.all(), kListed);
  place.hosts = joined(hosts.all(), kListed);
  if (target.placement == Placement::group) {
    place.all_nodes = target.members.size();
    place.part = fmt::format(fmt::runtime(texts::kAllNodes.en), place.all_nodes);
  } else if (target.placement == Placement::pair) {
    for (const auto member : target.members) {
      if (!place.part.empty()) place.part += " + ";
      place.part += within_rack(results.targets.at(member).name, place.rack);
    }
  }
  if (place.part.empty()) place.part = within_rack(target.name, place.rack);
  return place;
}

std::vector<std::string> rack_names(const Results& results) {
  std::vector<std::string> racks;
  std::set<std::string> seen;
  for (const auto& target : results.targets) {
    if (target.placement == Placement::node && !target.rack.empty() && seen.insert(target.rack).second) {
      racks.push_back(target.rack);
    }
  }
  return racks;
}

Virtuality virtuality_of(const Results& results) {
  Virtuality all;
  std::set<std::string> boots;
  Names hosts;
  for (const auto& target : results.targets) {
    if (target.placement != Placement::node) continue;
    ++all.nodes;
    if (!target.is_virtual) continue;
    ++all.virtual_nodes;
    hosts.add(target.hostname);
    if (!target.boot_id.empty()) boots.insert(target.boot_id);
  }
  all.machines = boots.size();
  all.hosts = joined(hosts.all(), kListed);
  return all;
}

std::string rerun_line(const Results& results, std::uint32_t index, std::string_view case_id) {
  const TargetRow& target = results.targets.at(index);
  const std::string line = fmt::format("rackproof-worker case {}", shell_quoted(case_id));
  if (target.placement == Placement::device) {
    const std::string backend = backend_of(results, target);
    const auto label = [&](const char* key) {
      const auto found = target.labels.find(key);
      return found == target.labels.end() ? std::string() : found->second;
    };
    const auto option = [](const char* name, const std::string& value) {
      return value.empty() ? std::string() : fmt::format(" {} {}", name, shell_quoted(value));
    };
    return line + option("--backend", backend) + option("--position", label("backend_position")) +
           option("--options", label("backend_options"));
  }
  if (target.placement == Placement::pair || target.placement == Placement::group) {
    return fmt::format("mpirun -n {}{} {}", target.members.size(), host_option(results, target), line);
  }
  return line;
}

}  // namespace rackproof
