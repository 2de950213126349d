// What may explain a ratio besides the hardware: software, settings, what was found before measuring.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "harness/base/statistics.hpp"
#include "harness/base/units.hpp"
#include "harness/plan/preflight_items.hpp"
#include "harness/plan/toml_table.hpp"
#include "harness/results/preflight_facts.hpp"
#include "harness/verdict/compare/comparison_side.hpp"

namespace rackproof {

namespace {

constexpr std::array<std::string_view, 10> kFacts{
    "device/driver", "device/runtime",  "device/firmware",    "device/compute_mode", "device/partition",
    "device/ecc",    "device/emulated", "identity/cpu_model", "identity/kernel",     "identity/cpus"};

/// Readings that are never twice the same are no condition.
bool is_condition(const std::string& key) {
  if (std::ranges::find(kFacts, key) != kFacts.end()) return true;
  if (!key.starts_with(kPreflightKey)) return false;
  const PreflightItem* const item = find_preflight_item(key.substr(kPreflightKey.size()));
  if (item == nullptr) return false;
  switch (item->kind) {
    case PreflightItem::Kind::share_at_most:
    case PreflightItem::Kind::kelvin_at_most:
    case PreflightItem::Kind::bytes_at_least:
      return false;
    default:
      return true;
  }
}

void add_facts(const CellReader& cells, FoundConditions& out) {
  for (const Placement placement : {Placement::device, Placement::node}) {
    for (const std::string& key : cells.facts(placement)) {
      if (!is_condition(key)) continue;
      std::unordered_map<std::uint32_t, std::uint64_t> counts;
      for (const std::uint32_t row : cells.fact(placement, key)) {
        if (row != kNoText) ++counts[row];
      }
      for (const auto& [row, count] : counts) out[key][std::string(cells.text(row))] += count;
    }
  }
}

/// The plain keys of a plan: launches, sample_time, precision, … Its name and its limits say nothing of how it measures.
void add_plan(const std::string& text, FoundConditions& out) {
  if (text.empty()) return;
  const toml::table plan = parse_toml(text, "the plan of the results");
  for (const auto& [key, value] : plan) {
    const std::string name(key.str());
    if (name == "schema" || name == "name" || name == "limits" || name == "seed") continue;
    if (const auto* const word = value.as_string())
      ++out["plan/" + name][word->get()];
    else if (const auto* const whole = value.as_integer())
      ++out["plan/" + name][std::to_string(whole->get())];
    else if (const auto* const real = value.as_floating_point())
      ++out["plan/" + name][fmt::format("{:g}", real->get())];
    else if (const auto* const flag = value.as_boolean())
      ++out["plan/" + name][flag->get() ? "true" : "false"];
  }
}

void add_provenance(const Provenance& campaign, FoundConditions& out) {
  ++out["program"][campaign.program_version];
  ++out["plan"][fmt::format("{}, {}", campaign.plan_name, campaign.plan_sha256.substr(0, 12))];
  for (const BackendIdentity& backend : campaign.backends)
    ++out["backend/" + backend.name][fmt::format("{}, {}", backend.version, backend.sha256.substr(0, 12))];
  for (const auto& [variable, value] : campaign.setup_environment)
    ++out["environment/" + variable][value ? *value : "taken away"];
  add_plan(campaign.plan_text, out);
}

void add_attempts(const Results& results, FoundConditions& out) {
  std::uint64_t measured = 0, throttled = 0;
  std::vector<double> clocks;
  for (const AttemptRow& attempt : results.attempts) {
    if (attempt.launch < 0 || attempt.outcome.status != Status::ok) continue;
    ++measured;
    throttled += attempt.throttled ? 1 : 0;
    const auto clock = attempt.after.find("clock_hz");
    if (clock != attempt.after.end() && clock->second > 0) clocks.push_back(clock->second);
  }
  if (measured > 0)
    ++out["launches throttled"]
         [fmt::format("{:.2g} %", 100.0 * static_cast<double>(throttled) / static_cast<double>(measured))];
  if (!clocks.empty()) ++out["clock, median"][fmt::format("{:.3g} GHz", median(clocks) / 1e9)];
  std::uint64_t nodes = 0, virtual_nodes = 0;
  for (const TargetRow& target : results.targets) {
    if (target.placement != Placement::node) continue;
    ++nodes;
    virtual_nodes += target.is_virtual ? 1 : 0;
  }
  if (nodes > virtual_nodes) out["virtual"]["no"] += nodes - virtual_nodes;
  if (virtual_nodes > 0) out["virtual"]["yes"] += virtual_nodes;
}

}  // namespace

FoundConditions found_conditions(const CellReader& cells, const Results* results) {
  FoundConditions out;
  ++out["ended"][cells.ended() == Ended::complete ? "complete" : "interrupted"];
  for (const Part& part : cells.parts()) add_provenance(part, out);
  add_facts(cells, out);
  if (results != nullptr) add_attempts(*results, out);
  return out;
}

}  // namespace rackproof
