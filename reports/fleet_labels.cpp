#include "reports/fleet_labels.hpp"

#include <unordered_map>

#include "reports/escape.hpp"
#include "reports/fleet_metric.hpp"

namespace rackproof {

std::optional<FleetLabel> fleet_label(std::string_view name, std::span<const std::uint32_t> rack,
                                      std::span<const std::string_view> value, std::size_t racks) {
  std::vector<std::string_view> of_rack(racks);
  std::vector<bool> differs(racks, false);
  for (std::size_t i = 0; i < rack.size(); ++i) {
    if (rack[i] == kNoRack || value[i].empty()) continue;
    std::string_view& known = of_rack[rack[i]];
    if (known.empty()) known = value[i];
    if (known != value[i]) differs[rack[i]] = true;
  }
  FleetLabel label{visible_text(name, kLongestFleetText), {}, std::vector<std::uint16_t>(racks, kNoLabel)};
  std::unordered_map<std::string_view, std::uint16_t> rows;
  for (std::size_t i = 0; i < racks; ++i) {
    if (of_rack[i].empty() || differs[i]) continue;
    if (rows.size() == kNoLabel && !rows.contains(of_rack[i])) return std::nullopt;
    const auto [row, is_new] = rows.try_emplace(of_rack[i], static_cast<std::uint16_t>(rows.size()));
    if (is_new) label.values.push_back(visible_text(of_rack[i], kLongestFleetText));
    label.of[i] = row->second;
  }
  if (label.values.empty()) return std::nullopt;
  return label;
}

}  // namespace rackproof
