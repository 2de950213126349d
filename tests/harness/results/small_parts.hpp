// Small campaigns of different racks, to be merged.
#pragma once

#include <string>

#include "harness/base/digest.hpp"
#include "harness/results/merge.hpp"
#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof::test {

/// A campaign of one rack of two nodes, each measured twice, by one case with a real, an exact and a text quantity.
/// Machines, site and file are its own.
inline CampaignBuilder rack_campaign(const std::string& rack, const std::string& id,
                                     const std::string& started = "2026-11-23T08:00:00.000Z") {
  CampaignBuilder builder(1, 2);
  auto& results = builder.results;
  auto& provenance = results.provenance;
  provenance.campaign_id = id;
  provenance.program_version = "0.1.0";
  provenance.started_utc = started;
  provenance.finished_utc = "2026-11-24T08:00:00.000Z";
  provenance.plan_text = "plan";
  provenance.plan_sha256 = sha256("plan");
  provenance.plan_name = "acceptance";
  provenance.site_text = "site of " + rack;
  provenance.site_sha256 = sha256(provenance.site_text);
  provenance.site_name = "site-" + rack;
  provenance.journal_sha256 = sha256("journal of " + id);
  provenance.seed = 7;
  results.file_sha256 = sha256("file of " + id);
  for (SeriesRow& series : results.series) series.definition_hash = sha256(series.metric());
  for (TargetRow& target : results.targets) {
    target.name = rack + target.name.substr(target.rack.size());
    target.rack = rack;
    target.hostname = target.name + ".example";
    target.boot_id = "boot of " + target.name;
  }
  builder.measured(0, {2e9, 2.1e9});
  builder.measured(1, {3e9, 3.1e9});
  return builder;
}

inline MergeInput input(const CampaignBuilder& builder, const std::string& file) {
  return {file, builder.results};
}

inline std::uint32_t row_of(const Results& results, const std::string& name) {
  for (std::uint32_t i = 0; i < results.targets.size(); ++i) {
    if (results.targets[i].name == name) return i;
  }
  throw Error("no target " + name);
}

inline Results merged(const CampaignBuilder& a, const CampaignBuilder& b) {
  return merge({input(a, "a.h5"), input(b, "b.h5")});
}

inline std::string refusal(const CampaignBuilder& a, const CampaignBuilder& b) {
  return error_of([&] { merged(a, b); });
}

/// Of a node.
inline float value_at(const Results& results, const std::string& target, std::size_t series = 0) {
  const auto& columns = results.columns[1];
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (results.targets[columns[i]].name == target)
      return results.cells[1][series * columns.size() + i].value;
  }
  throw Error("no column for " + target);
}

}  // namespace rackproof::test
