// What a rank finds on its node before the first case of a step, and whether the step may be measured.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/machine/system_root.hpp"
#include "harness/measure/backend.hpp"
#include "harness/plan/preflight_items.hpp"
#include "harness/record/preflight.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

/// Where the items are read.
struct PreflightPlace {
  const SystemRoot& system;
  std::span<const Device> devices{};             ///< empty: the step has none but the host
  std::span<const DeviceIdentity> identities{};  ///< of the devices, in their order
  std::function<void()> wait{};                  ///< passes the window of `load`
};

/// Looks at every item that is not "off". Items of devices are left out where the step has none; `load` waits.
/// `needs`: of this rank's node.
std::vector<PreflightFound> look(const PreflightPlace& place, const Requirements& needs,
                                 const PreflightModes& modes);

/// Whether nothing blocks but what passes by itself: temperature and load.
bool is_blocked_for_now(const Preflight& preflight);

/// Why the step may not be measured: "precondition governor: found powersave, needs performance", of all ranks whose items
/// block, the first of each item; empty when none does. `hosts`: their names, for jobs of several ranks.
std::string why_blocked(const std::vector<Preflight>& of_ranks, const std::vector<std::string>& hosts);

}  // namespace rackproof
