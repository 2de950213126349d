#include "harness/results/preflight_facts.hpp"

#include "harness/plan/preflight_items.hpp"

namespace rackproof {

std::vector<FactRow> preflight_facts(const Preflight& preflight, std::uint32_t node, std::uint32_t device) {
  std::vector<FactRow> facts;
  for (const PreflightFound& found : preflight.items) {
    const PreflightItem* const item = find_preflight_item(found.item);
    const bool of_device = item != nullptr && item->of_device;
    std::string source(to_string(found.decision));
    if (!found.why.empty()) source += ": " + found.why;
    facts.push_back({of_device ? device : node, std::string(kPreflightKey) + found.item, found.needed,
                     found.found, std::move(source)});
  }
  return facts;
}

}  // namespace rackproof
