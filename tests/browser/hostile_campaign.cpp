#include "tests/browser/hostile_campaign.hpp"

#include <map>

#include "harness/base/digest.hpp"
#include "tests/browser/campaign_folder.hpp"

namespace rackproof::browser {

namespace {

using test::Campaign;

// HDF5 keeps none longer in an attribute, where id and version stand.
constexpr std::size_t kLongestAttribute = 60'000;

void make_hostile(Provenance& provenance, const std::string& evil) {
  if (evil.size() < kLongestAttribute) {
    provenance.campaign_id += evil;
    provenance.program_version += evil;
  }
  for (auto* text : {&provenance.plan_text, &provenance.plan_name, &provenance.site_text,
                     &provenance.site_name, &provenance.serials_text})
    *text += evil;
  provenance.backends.push_back({evil, evil, evil, evil});
  provenance.removed_environment[evil] = evil;
  provenance.setup_environment[evil] = evil;
  provenance.hwloc_xml[evil] = evil;
}

void make_hostile(TargetRow& target, const std::string& evil) {
  for (auto* text :
       {&target.name, &target.model, &target.serial, &target.hostname, &target.boot_id, &target.machine_id})
    *text += evil;
  if (!target.rack.empty()) target.rack += evil;
  std::map<std::string, std::string> labels;
  for (const auto& [key, value] : target.labels) labels[key] = value + evil;
  labels[evil] = evil;
  for (const char* known : {"hall", "row", "position"}) labels[known] = evil;
  target.labels = std::move(labels);
}

void make_hostile(Results& results, const std::string& evil) {
  make_hostile(results.provenance, evil);
  for (auto& target : results.targets) make_hostile(target, evil);
  results.targets.at(3).absent = evil;
  for (auto& series : results.series) {
    for (auto* text : {&series.formula, &series.clock, &series.definition_hash, &series.title}) *text += evil;
  }
  for (auto& attempt : results.attempts) {
    for (auto* text : {&attempt.outcome.reason, &attempt.implementation, &attempt.division, &attempt.boot_id})
      *text += evil;
  }
  for (auto& notice : results.notices) notice = {notice.kind + evil, {evil, evil}, evil};
  results.notices.push_back({"emulated device", {evil}, evil});
  for (const char* key :
       {"identity/hostname", "identity/serial", "inventory/host/model", "preflight/governor"})
    results.facts.push_back({0, key + evil, evil, evil, evil});
  results.counters.push_back({0, "kernel_log/" + evil, "1", 3, ""});
  results.promises.push_back({0, test::kGemm, evil});  // exempt, for a reason
}

/// Ids of cases and groups, which the limits file repeats, and what else a person writes there.
void make_hostile_ids(Campaign& campaign, const std::string& evil) {
  Results& results = campaign.results;
  for (auto& target : results.targets) {
    if (target.placement == Placement::group) target.scope += evil;
  }
  for (auto& series : results.series) {
    series.case_id += evil;
    series.quantity += evil;
  }
  for (auto& attempt : results.attempts) attempt.case_id += evil;
  for (auto& promise : results.promises) promise.case_id += evil;
  campaign.limits.name = evil;
  for (std::size_t i = 0; i < campaign.limits.limits.size(); ++i) {
    Limit& limit = campaign.limits.limits[i];
    limit.metric = results.series.at(i).metric();
    if (limit.scope.starts_with("group:")) limit.scope += evil;
    limit.clause += evil;
    limit.provenance = limit.provenance.en + evil;
    if (limit.scope == "device") limit.model = "fault-device" + evil;
  }
}

}  // namespace

Campaign rejected_campaign() {
  Campaign campaign = test::rejected_campaign();
  auto& pairs = campaign.results.cells[static_cast<std::size_t>(Placement::pair)];
  for (auto& cell : pairs) {
    if (cell.status == Status::ok && cell.value > 3.3e-6F)
      cell = {19.6e-6F, 18.1e-6F, 21.4e-6F, 2, Status::ok, Stop::time};
  }
  add_launches(campaign.results);
  return campaign;
}

Campaign hostile_campaign(const HostileText& hostile) {
  Campaign campaign = rejected_campaign();
  make_hostile(campaign.results, hostile.text);
  if (hostile.fits_limits_file) make_hostile_ids(campaign, hostile.text);
  return campaign;
}

Campaign with_known_scopes(Campaign campaign) {
  constexpr const char* kRack = "group:rack";
  for (TargetRow& target : campaign.results.targets) {
    if (target.placement == Placement::group) target.scope = kRack;
  }
  for (Limit& limit : campaign.limits.limits) {
    if (limit.scope.starts_with("group:")) limit.scope = kRack;
  }
  return campaign;
}

Campaign hostile_merge(const HostileText& hostile) {
  Campaign campaign = hostile_campaign(hostile);
  Results& results = campaign.results;
  for (const char* file : {"first", "second"}) {
    Part part;
    static_cast<Provenance&>(part) = results.provenance;
    for (auto* text : {&part.campaign_id, &part.plan_text, &part.site_text}) *text += file;
    part.plan_sha256 = sha256(part.plan_text);
    part.site_sha256 = sha256(part.site_text);
    part.file_sha256 = sha256(file);
    results.parts.push_back(std::move(part));
  }
  for (auto& target : results.targets) target.part = target.rack.starts_with("rack2") ? 1 : 0;
  results.answers.push_back({0, 1, hostile.text, hostile.text, hostile.text, hostile.text});
  return campaign;
}

}  // namespace rackproof::browser
