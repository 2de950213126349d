#include "harness/results/campaign_record.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/results/shard_notice.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

template <class Enum>
Enum choice(const json& number, int first, int last, const char* what) {
  const int value = number.get<int>();
  if (value < first || value > last) throw Error(fmt::format("the campaign record has {} {}", what, value));
  return static_cast<Enum>(value);
}

SeriesRow series_row(const json& in) {
  return {.case_id = in.at("case"),
          .quantity = in.at("quantity"),
          .kind = choice<QuantityKind>(in.at("kind"), 0, 2, "kind"),
          .unit = in.at("unit"),
          .direction = choice<Direction>(in.at("direction"), -1, 1, "direction"),
          .formula = in.at("formula"),
          .clock = in.at("clock"),
          .definition_hash = in.at("definition_hash"),
          .title = in.at("title")};
}

TargetRow target_row(const json& in, std::size_t targets) {
  TargetRow row;
  row.name = in.at("name");
  row.placement = choice<Placement>(in.at("placement"), 0, kPlacementCount - 1, "placement");
  row.scope = in.at("scope");
  in.at("members").get_to(row.members);
  row.rack = in.at("rack");
  row.model = in.at("model");
  row.serial = in.at("serial");
  row.absent = in.at("absent");
  in.at("labels").get_to(row.labels);
  row.is_virtual = in.at("virtual");
  for (const auto member : row.members) {
    if (member >= targets)
      throw Error(fmt::format("target {} has a member {} of {}", row.name, member, targets));
  }
  if (row.members.empty()) throw Error(fmt::format("target {} has no members", row.name));
  return row;
}

/// Journals of before shards say nothing of them.
void read_shard(const json& record, Results& results) {
  if (!record.contains("shard")) return;
  const json& shard = record.at("shard");
  for (const json& left_out : shard.at("left_out")) {
    std::vector<std::string> subjects{left_out.at("scope")};
    for (const json& name : left_out.at("names")) subjects.push_back(name);
    results.notices.push_back({kShardNotice, std::move(subjects),
                               fmt::format("not measured where shard {} of {} has a part of the nodes only",
                                           shard.at("index").get<int>(), shard.at("count").get<int>())});
  }
}

/// Journals of before recorded machines say nothing of them.
void read_recorded_machines(const json& record, Results& results) {
  const std::vector<std::string> nodes = record.value("recorded_machines", std::vector<std::string>());
  if (!nodes.empty()) {
    results.notices.push_back(
        {"recorded machine", nodes, "what is said of the machine was read from a recorded tree"});
  }
}

void add_promises(const json& table, const std::string& source, Results& results) {
  const auto row = static_cast<std::uint32_t>(results.targets.size() - 1);
  for (const auto& [key, values] : table.items()) {
    for (const json& value : values) results.facts.push_back({row, key, value, "", source});
  }
}

/// Of the target that was read last: what all of its kind are promised, and its own. Older journals have none.
void read_promised(const json& record, const json& target, Results& results) {
  if (!target.contains("promised")) return;
  const json& promised = target.at("promised");
  if (promised.contains("table"))
    add_promises(record.at("promised").at(promised.at("table").get<std::size_t>()), "site", results);
  if (promised.contains("own")) add_promises(promised.at("own"), "serials", results);
}

}  // namespace

void read_campaign_record(const json& record, Results& results) {
  Provenance& provenance = results.provenance;
  provenance.campaign_id = record.at("id");
  provenance.program_version = record.at("version");
  provenance.catalogue_hash = record.at("catalogue_hash");
  provenance.started_utc = iso8601_utc(record.at("utc_ns"));
  provenance.plan_text = record.at("plan").at("text");
  provenance.plan_sha256 = sha256(provenance.plan_text);
  provenance.plan_name = record.at("plan").at("name");
  provenance.site_text = record.at("site").at("text");
  provenance.site_sha256 = sha256(provenance.site_text);
  provenance.site_name = record.at("site").at("name");
  provenance.serials_text = record.at("site").value("serials_text", "");  // older journals have none
  if (!provenance.serials_text.empty()) provenance.serials_sha256 = sha256(provenance.serials_text);
  record.at("seed").get_to(provenance.seed);
  record.at("launches").get_to(provenance.launches);
  record.at("launch_component").get_to(provenance.launch_component);
  record.at("attribute_virtual").get_to(provenance.attribute_virtual);
  for (const auto& series : record.at("series")) results.series.push_back(series_row(series));
  read_shard(record, results);
  read_recorded_machines(record, results);
  const auto& targets = record.at("targets");
  for (const auto& target : targets) {
    results.targets.push_back(target_row(target, targets.size()));
    read_promised(record, target, results);
  }
  for (const auto& promise : record.at("promises")) {
    const PromiseRow row{promise.at("target").get<std::uint32_t>(), promise.at("case"), promise.at("exempt")};
    if (row.target >= targets.size())
      throw Error(fmt::format("a promise names target {} of {}", row.target, targets.size()));
    results.promises.push_back(row);
  }
}

}  // namespace rackproof
