#include "reports/site/site_origin.hpp"

#include <algorithm>
#include <unordered_map>

#include "reports/language/site_texts.hpp"
#include "reports/provenance_view.hpp"

namespace rackproof {

namespace {

/// Nodes that are said to be virtual, or that share a machine: a boot id that other nodes have, too.
Virtuality virtuality_of(const CellReader& cells) {
  Virtuality out;
  const auto boot = cells.fact(Placement::node, "identity/boot_id");
  const auto said = cells.fact(Placement::node, "identity/virtual");
  std::unordered_map<std::uint32_t, std::size_t> nodes;
  for (const std::uint32_t id : boot) ++nodes[id];
  out.nodes = boot.size();
  std::size_t without_id = 0;
  for (std::size_t i = 0; i < boot.size(); ++i) {
    const bool is_shared = boot[i] != kNoText && nodes[boot[i]] > 1;
    if (!is_shared && said[i] == kNoText) continue;
    ++out.virtual_nodes;
    if (boot[i] == kNoText) ++without_id;
  }
  const auto machines = std::ranges::count_if(
      nodes, [](const auto& entry) { return entry.first != kNoText && entry.second > 1; });
  out.machines = static_cast<std::size_t>(machines) + without_id;
  return out;
}

std::size_t emulated_devices(const CellReader& cells) {
  const auto facts = cells.fact(Placement::device, "device/emulated");
  return static_cast<std::size_t>(
      std::ranges::count_if(facts, [&](std::uint32_t row) { return cells.text(row) == "yes"; }));
}

}  // namespace

void describe_site_origin(ReportView& view, const CellReader& cells, const Limits& limits,
                          const CellJudgement& judgement, const std::string& results_sha256) {
  Results origin;
  origin.provenance = cells.provenance();
  origin.ended = cells.ended();
  origin.file_sha256 = results_sha256;
  if (cells.parts().size() > 1) origin.parts = cells.parts();
  Verdicts judged;
  judged.engine_version = judgement.engine_version;
  judged.results_sha256 = results_sha256;
  judged.limits_sha256 = judgement.limits_sha256;
  view.plan_name = origin.provenance.plan_name;
  view.site_name = origin.provenance.site_name;
  view.limits_name = limits.name;
  view.campaign_id = origin.provenance.campaign_id;
  view.started_utc = origin.provenance.started_utc;
  view.finished_utc = origin.provenance.finished_utc;
  view.interrupted = cells.ended() == Ended::interrupted;
  view.campaigns = cells.parts().size();
  view.campaigns_interrupted =
      static_cast<std::size_t>(std::ranges::count(cells.parts(), Ended::interrupted, &Part::ended));
  view.virtuality = virtuality_of(cells);
  if (view.virtuality.virtual_nodes > 0)
    view.banners.emplace_back(texts::kSiteVirtual, view.virtuality.virtual_nodes, view.virtuality.nodes);
  if (const std::size_t emulated = emulated_devices(cells); emulated > 0)
    view.banners.emplace_back(texts::kSiteEmulated, emulated);
  add_provenance(view, origin, limits, judged, judgement.error_budget);
}

}  // namespace rackproof
