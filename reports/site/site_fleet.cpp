#include "reports/site/site_fleet.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "harness/base/parallel.hpp"
#include "harness/results/cells_schema.hpp"
#include "reports/fleet_labels.hpp"

namespace rackproof {

namespace {

/// A metric on one scope.
struct Candidate {
  std::size_t series = 0;
  Placement placement = Placement::device;
  std::string scope;
};

std::set<std::string> scopes_of(const CellReader& cells, Placement placement) {
  std::set<std::string> scopes;
  std::uint32_t last = kNoText;
  for (const std::uint32_t scope : cells.subjects(placement).scope) {
    if (scope == last) continue;
    last = scope;
    scopes.emplace(cells.text(scope));
  }
  return scopes;
}

std::vector<Candidate> candidates_of(const CellReader& cells,
                                     const std::set<std::pair<std::string, std::string>>& limited) {
  std::vector<Candidate> out;
  std::array<std::set<std::string>, kPlacementCount> scopes;
  for (const Placement placement : kPlacements)
    scopes[static_cast<std::size_t>(placement)] = scopes_of(cells, placement);
  for (std::size_t series = 0; series < cells.series().size(); ++series) {
    if (cells.series()[series].kind != QuantityKind::real) continue;
    for (const Placement placement : kPlacements) {
      for (const std::string& scope : scopes[static_cast<std::size_t>(placement)]) {
        if (!limited.contains({cells.series()[series].metric(), scope}))
          out.push_back({series, placement, scope});
      }
    }
  }
  return out;
}

/// None: it was not measured there.
std::optional<FleetMetric> metric_of(const CellReader& cells, const SiteRacks& racks, const Candidate& one) {
  std::vector<float> value =
      cells.read(one.series, one.placement, {.interval = false, .launches = false, .state = false}).value;
  const auto& scope = cells.subjects(one.placement).scope;
  bool is_measured = false;
  std::uint32_t last = kNoText;
  bool is_of_scope = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (scope[i] != last) {
      last = scope[i];
      is_of_scope = cells.text(last) == one.scope;
    }
    if (!is_of_scope || !std::isfinite(value[i])) value[i] = std::numeric_limits<float>::quiet_NaN();
    is_measured = is_measured || !std::isnan(value[i]);
  }
  if (!is_measured) return std::nullopt;
  const std::vector<std::uint8_t> none(value.size(), kNoVerdict);
  return fleet_metric(cells.series()[one.series], one.scope, nullptr, {racks.of(one.placement), value, none},
                      racks.size());
}

}  // namespace

std::vector<FleetLabel> site_labels(const CellReader& cells, const SiteRacks& racks) {
  std::vector<FleetLabel> out;
  for (const std::string& name : cells.labels()) {
    if (!tells_of_racks(name)) continue;
    std::vector<std::string_view> value;
    for (const std::uint32_t row : cells.label(Placement::node, name)) value.push_back(cells.text(row));
    if (auto label = fleet_label(name, racks.of(Placement::node), value, racks.size()))
      out.push_back(std::move(*label));
  }
  return out;
}

std::vector<FleetMetric> site_information(const CellReader& cells, const SiteRacks& racks,
                                          const std::set<std::pair<std::string, std::string>>& limited,
                                          std::size_t most, unsigned threads) {
  const std::vector<Candidate> candidates = candidates_of(cells, limited);
  const std::size_t at_once = 2 * std::size_t{threads == 0 ? usable_threads() : threads};
  std::vector<FleetMetric> out;
  for (std::size_t first = 0; first < candidates.size() && out.size() < most; first += at_once) {
    std::vector<std::optional<FleetMetric>> made(std::min(at_once, candidates.size() - first));
    for_each_index(made.size(), threads,
                   [&](std::size_t i) { made[i] = metric_of(cells, racks, candidates[first + i]); });
    for (auto& metric : made) {
      if (metric && out.size() < most) out.push_back(std::move(*metric));
    }
  }
  return out;
}

}  // namespace rackproof
