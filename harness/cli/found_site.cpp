#include "harness/cli/found_site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "harness/base/error.hpp"
#include "harness/cli/list_backends.hpp"
#include "harness/cli/progress_line.hpp"
#include "harness/cli/starter_files.hpp"
#include "harness/cli/worker_files.hpp"
#include "harness/launch/campaign.hpp"
#include "harness/results/finalise.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

constexpr const char* kAskedFor = R"(schema = 1
name = "init"
launches = 1
retries = 1
case_time_limit = "60 s"
step_time_limit = "180 s"
stop_share = 1.0
[[run]]
cases = ["inventory/{}/*"]
placement = "{}"
)";

/// What a campaign of inventory found; nothing when it was interrupted.
std::optional<Results> ask(const FoundSite& found, const char* subject, const char* placement,
                           const fs::path& folder) {
  const Plan plan =
      parse_plan(fmt::format(fmt::runtime(kAskedFor), subject, placement), "plan of init", all_cases());
  const Site site = parse_site(site_text(found, false), "site of init");
  fs::create_directories(folder);
  CampaignEnd end;
  {
    ProgressLine line;
    end = run_campaign({plan, site, all_cases(), find_worker(), folder, "plan", "site"},
                       [&line](const Progress& progress) { line.show(progress); });
  }
  if (end == CampaignEnd::interrupted) return std::nullopt;
  return finalise(folder / "journal.jsonl").results;
}

/// Of each target by name.
std::map<std::string, FoundValues> values_of(const Results& results) {
  std::map<std::string, FoundValues> values;
  std::set<std::string> metrics;
  for (const SeriesRow& series : results.series) metrics.insert(series.metric());
  for (const FactRow& fact : results.facts) {
    if (metrics.contains(fact.key) && !fact.found.empty())
      values[results.targets[fact.target].name][fact.key] = fact.found;
  }
  for (const ExactValue& exact : results.exact) {
    values[results.targets[exact.target].name][results.series[exact.series].metric()] =
        std::to_string(exact.value);
  }
  return values;
}

/// Why targets have no values: the last attempt that went wrong, else what the campaign noticed of them alone.
std::map<std::string, std::string> troubles_of(const Results& results) {
  std::map<std::string, std::string> troubles;
  for (const auto& notice : results.notices) {
    if (notice.subjects.size() == 1) troubles[notice.subjects.front()] = notice.evidence;
  }
  for (const AttemptRow& attempt : results.attempts) {
    if (attempt.outcome.status != Status::ok)
      troubles[results.targets[attempt.target].name] = attempt.outcome.reason;
  }
  return troubles;
}

std::string text_or(const std::map<std::string, std::string>& texts, const std::string& key,
                    const char* otherwise) {
  const auto found = texts.find(key);
  return found == texts.end() || found->second.empty() ? otherwise : found->second;
}

void take_nodes(const Results& results, FoundSite& site) {
  const auto values = values_of(results);
  const auto troubles = troubles_of(results);
  std::map<std::string, int> nodes_of_boot;
  std::map<std::string, const TargetRow*> rows;
  for (const TargetRow& target : results.targets) {
    if (target.placement == Placement::node) rows.emplace(target.name, &target);
  }
  for (FoundNode& node : site.nodes) {
    const TargetRow* const row = rows.at(node.name);
    const auto found = values.find(node.name);
    if (row->boot_id.empty() || found == values.end()) {
      node.trouble = text_or(troubles, node.name, "it did not answer");
      continue;
    }
    node.boot_id = row->boot_id;
    node.values = found->second;
    if (++nodes_of_boot[node.boot_id] > 1) site.shared_machine = row->hostname;
  }
  site.utc = results.provenance.started_utc;
}

/// PCI vendor id → name of the backend of this installation that is for it.
std::map<std::string, std::string> backends_by_vendor() {
  std::map<std::string, std::string> backends;
  for (const auto& library : described_libraries(find_worker())) {
    const std::string vendor = library.value("pci_vendor", "");
    if (!vendor.empty()) backends[vendor] = library.value("name", "");
  }
  return backends;
}

/// "8 x 10de:2330, 1 x 1002:74a1" → a device of a backend for each one that has a backend.
void add_accelerators(FoundNode& node, const std::map<std::string, std::string>& backends) {
  std::istringstream entries(text_or(node.values, "inventory/host/pci#accelerator_ids", ""));
  std::map<std::string, std::size_t> counts;
  for (std::string entry; std::getline(entries, entry, ',');) {
    std::istringstream words(entry);
    std::size_t count = 0;
    std::string times, id;
    if (words >> count >> times >> id && times == "x") {
      const auto backend = backends.find(id.substr(0, id.find(':')));
      if (backend != backends.end()) counts[backend->second] += count;
    }
  }
  std::size_t next = node.devices.size();
  for (const auto& [backend, count] : counts) {
    for (std::size_t i = 0; i < count; ++i)
      node.devices.push_back({fmt::format("dev{}", next++), backend, {}, {}});
  }
}

void take_devices(const Results& results, FoundSite& site) {
  const auto values = values_of(results);
  const auto troubles = troubles_of(results);
  for (FoundNode& node : site.nodes) {
    for (FoundDevice& device : node.devices) {
      const std::string target = node.name + "/" + device.name;
      if (const auto found = values.find(target); found != values.end())
        device.values = found->second;
      else
        device.trouble = text_or(troubles, target, "it was not opened");
    }
  }
}

}  // namespace

std::size_t FoundSite::answered() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(nodes, [](const FoundNode& node) { return node.trouble.empty(); }));
}

std::optional<FoundSite> ask_site(FoundSite site, const fs::path& folder) {
  const auto nodes = ask(site, "host", "node", folder / "nodes");
  if (!nodes) return std::nullopt;
  take_nodes(*nodes, site);
  const auto backends = backends_by_vendor();
  bool has_devices = false;
  for (FoundNode& node : site.nodes) {
    add_accelerators(node, backends);
    has_devices = has_devices || !node.devices.empty();
  }
  if (!has_devices || site.answered() == 0) return site;
  const auto devices = ask(site, "device", "device", folder / "devices");
  if (!devices) return std::nullopt;
  take_devices(*devices, site);
  return site;
}

}  // namespace rackproof
