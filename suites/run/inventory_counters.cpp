#include "suites/run/inventory_counters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace rackproof {

namespace {

using Count = Reading<std::int64_t>;

/// Names of quantities and of counters alike.
constexpr const char* kErrors[]{"ecc_corrected_lifetime", "ecc_uncorrected_lifetime",
                                "remapped_rows",          "remap_pending",
                                "remap_failed",           "retired_pages"};
constexpr const char* kWatts = "power_limit";
constexpr std::string_view kLink = "link", kActive = "_active";

Count unavailable(std::string_view name) {
  return Count::unavailable(fmt::format("the backend does not tell {}", name));
}

Count counted(const DeviceCounter& counter) {
  constexpr double kMost = 1e15;  // whole numbers are exact below it
  if (!(counter.value >= 0 && counter.value <= kMost && counter.value == std::floor(counter.value)))
    return Count::unavailable(fmt::format("{} is no count", counter.name));
  return static_cast<std::int64_t>(counter.value);
}

const DeviceCounter* find(const std::vector<DeviceCounter>& counters, std::string_view name,
                          std::string_view unit) {
  const auto found = std::ranges::find_if(
      counters, [&](const DeviceCounter& counter) { return counter.name == name && counter.unit == unit; });
  return found == counters.end() ? nullptr : &*found;
}

Count watts(const std::vector<DeviceCounter>& counters) {
  const DeviceCounter* const found = find(counters, kWatts, "W");
  const double value = found == nullptr ? 0 : found->value;
  return value >= 1 && value <= 1e6 ? Count(std::llround(value)) : unavailable("the power limit");
}

/// "link7_active", and nothing else that begins or ends so.
bool is_link_state(std::string_view name) {
  if (!name.starts_with(kLink) || !name.ends_with(kActive) || name.size() <= kLink.size() + kActive.size())
    return false;
  const auto number = name.substr(kLink.size(), name.size() - kLink.size() - kActive.size());
  return std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
}

void take_links(const std::vector<DeviceCounter>& counters, Inventory& inventory) {
  std::int64_t links = 0, active = 0;
  Count state = unavailable("the state of any link");
  for (const DeviceCounter& counter : counters) {
    if (!is_link_state(counter.name) || counter.unit != "1") continue;
    state = counted(counter);
    if (!state || *state > 1) {
      state = Count::unavailable(fmt::format("{} is neither 0 nor 1", counter.name));
      break;
    }
    ++links;
    active += *state;
  }
  inventory.count("links", state ? Count(links) : state);
  inventory.count("links_active", state ? Count(active) : state);
}

}  // namespace

void take_counters(const Reading<std::vector<DeviceCounter>>& counters, Inventory& inventory) {
  if (!counters) {
    for (const char* const name : kErrors) inventory.count(name, Count::unavailable(counters.why()));
    for (const char* const name : {kWatts, "links", "links_active"})
      inventory.count(name, Count::unavailable(counters.why()));
    return;
  }
  for (const char* const name : kErrors) {
    const DeviceCounter* const found = find(*counters, name, "1");
    inventory.count(name, found == nullptr ? unavailable(name) : counted(*found));
  }
  inventory.count(kWatts, watts(*counters));
  take_links(*counters, inventory);
}

}  // namespace rackproof
