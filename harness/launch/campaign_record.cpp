#include "harness/launch/campaign_record.hpp"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/base/version.hpp"
#include "harness/launch/site_promises.hpp"
#include "harness/plan/shard.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

std::string random_uuid() {
  std::ifstream in("/proc/sys/kernel/random/uuid");
  std::string uuid;
  std::getline(in, uuid);
  return uuid;
}

/// Target rows: all nodes of the site first, in site order, then the plan's other targets as they come.
class TargetRows {
 public:
  TargetRows(const Site& site, SitePromises& promises) : site_(site), promises_(promises) {
    for (std::uint32_t i = 0; i < site.nodes.size(); ++i) {
      Target node{site.nodes[i].name, Placement::node, "node", {i}, -1, site.nodes[i].model};
      row(node);
    }
  }

  std::uint32_t row(const Target& target) {
    const auto [at, added] =
        rows_.emplace(std::pair(target.scope, target.name), static_cast<std::uint32_t>(rows_.size()));
    if (added) records_.push_back(record(target));
    return at->second;
  }
  const json& records() const { return records_; }

 private:
  json record(const Target& target) const {
    const SiteNode& node = site_.nodes.at(target.nodes.front());
    const bool single = target.placement == Placement::node || target.placement == Placement::device;
    std::string absent;
    for (const std::uint32_t i : target.nodes) {
      if (absent.empty()) absent = site_.nodes[i].absent;
    }
    std::string serial = target.placement == Placement::node ? node.serial : "";
    Labels labels = single ? *node.labels : Labels{};
    if (target.device >= 0) {
      const SiteDevice& device = node.devices->at(static_cast<std::size_t>(target.device));
      serial = device.serial;
      labels["backend"] = device.backend;
      labels["backend_position"] =
          std::to_string(position_in_backend(node, static_cast<std::size_t>(target.device)));
      if (!device.options.empty()) labels["backend_options"] = device.options;
      if (!device.nic.empty()) labels["nic"] = device.nic;
    }
    return {{"name", target.name},
            {"placement", static_cast<int>(target.placement)},
            {"scope", target.scope},
            {"members", target.nodes},
            {"rack", single ? node.rack : ""},
            {"model", target.model},
            {"serial", serial},
            {"absent", absent},
            {"labels", labels},
            {"virtual", !site_.virtual_on.empty()},
            {"promised", promises_.of(target, node)}};
  }

  const Site& site_;
  SitePromises& promises_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> rows_;
  json records_ = json::array();
};

json series(const Plan& plan, Catalogue catalogue) {
  std::set<std::string> planned;
  for (const auto& run : plan.runs) planned.insert(run.cases.begin(), run.cases.end());
  json rows = json::array();
  for (const CaseRow& row : catalogue) {
    if (!planned.contains(std::string(row.id))) continue;
    for (const QuantityRow& quantity : row.quantities) {
      rows.push_back({{"case", row.id},
                      {"quantity", quantity.name},
                      {"kind", static_cast<int>(quantity.kind)},
                      {"unit", quantity.unit},
                      {"direction", static_cast<int>(quantity.direction)},
                      {"formula", quantity.formula},
                      {"clock", row.clock},
                      {"definition_hash", definition_hash(row, quantity)},
                      {"title", row.title}});
    }
  }
  return rows;
}

}  // namespace

json campaign_record(const CampaignSettings& settings) {
  const Plan& plan = settings.plan;
  const Site& site = settings.site;
  SitePromises promised(site, settings.catalogue);
  TargetRows targets(site, promised);
  json promises = json::array();
  Expansion expansion(plan, site, settings.catalogue);
  while (const auto promise = expansion.next_promise()) {
    promises.push_back(
        {{"target", targets.row(promise->target)}, {"case", promise->case_id}, {"exempt", promise->exempt}});
  }
  json recorded = json::array();
  for (const SiteNode& node : site.nodes) {
    if (!node.system_root.empty()) recorded.push_back(node.name);
  }
  json left_out = json::array();
  for (const LeftOut& one : left_out_of(plan, site))
    left_out.push_back({{"scope", one.scope}, {"names", one.names}});
  return {{"type", "campaign"},
          {"id", random_uuid()},
          {"version", kProgramVersion},
          {"catalogue_hash", catalogue_hash(settings.catalogue)},
          {"utc_ns", utc_now_ns()},
          {"plan", {{"file", settings.plan_file}, {"text", plan.text}, {"name", plan.name}}},
          {"site",
           {{"file", settings.site_file},
            {"text", site.text},
            {"name", site.name},
            {"setup", site.launch.setup_text},
            {"serials", site.serials},
            {"serials_text", site.serials_text}}},
          {"seed", plan.seed},
          {"samples", plan.samples},
          {"sample_key", plan.sample_key},
          {"launches", plan.launches},
          {"launch_component", plan.launch_component},
          {"attribute_virtual", site.attribute_virtual},
          {"virtual_on", site.virtual_on},
          {"recorded_machines", recorded},
          {"shard", {{"index", site.shard.index}, {"count", site.shard.count}, {"left_out", left_out}}},
          {"series", series(plan, settings.catalogue)},
          {"promised", promised.tables()},
          {"targets", targets.records()},
          {"promises", promises}};
}

}  // namespace rackproof
