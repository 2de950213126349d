#include "harness/launch/site_promises.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace rackproof {

using nlohmann::json;

namespace {

/// What serials.csv promises, under the keys by which parts are looked for elsewhere, and as promises of the inventory.
json own_promises(const Target& target, const SiteNode& node) {
  json own = json::object();
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty()) own[key] = json::array({value});
  };
  if (target.device >= 0) {
    const SiteDevice& device = node.devices->at(static_cast<std::size_t>(target.device));
    put("inventory/device/identity#serial", device.serial);
    put("inventory/device/identity#uuid", device.uuid);
    put("identity/uuid", device.uuid);
    return own;
  }
  put("inventory/host/system#serial", node.serial);
  put("inventory/host/system#uuid", node.uuid);
  put("identity/uuid", node.uuid);
  if (!node.memory_serials->empty()) {
    std::vector<std::string> serials = *node.memory_serials;
    std::ranges::sort(serials);
    own["part/memory"] = serials;
    // Some of the modules are no promise of all of them.
    const auto count = std::ranges::find(*node.promised, "memory#modules", &SitePromise::key);
    if (count != node.promised->end() &&
        count->value == decltype(count->value)(static_cast<std::int64_t>(serials.size())))
      put("inventory/host/memory#module_serials", fmt::format("{}", fmt::join(serials, ", ")));
  }
  return own;
}

}  // namespace

std::size_t SitePromises::table_of(const std::vector<SitePromise>& promises, std::string_view subject) {
  const auto shared = shared_.find(&promises);
  if (shared != shared_.end()) return shared->second;
  std::vector<Diagnostic> problems;
  json table = json::object();
  for (const PromisedValue& value : promised_values(promises, subject, catalogue_, site_.file, problems))
    table[value.metric] = value.values;
  raise_problems(std::move(problems));
  const auto [known, is_new] = known_.try_emplace(table.dump(), tables_.size());
  if (is_new) tables_.push_back(std::move(table));
  return shared_[&promises] = known->second;
}

json SitePromises::of(const Target& target, const SiteNode& node) {
  json out = json::object();
  if (target.placement != Placement::node && target.placement != Placement::device) return out;
  const bool is_device = target.device >= 0;
  const auto& promised =
      is_device ? *node.devices->at(static_cast<std::size_t>(target.device)).promised : *node.promised;
  if (!promised.empty()) out["table"] = table_of(promised, is_device ? "device" : "host");
  if (json own = own_promises(target, node); !own.empty()) out["own"] = std::move(own);
  return out;
}

}  // namespace rackproof
