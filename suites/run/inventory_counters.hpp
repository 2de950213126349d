// What a device keeps count of over its life, and how its links stand, as quantities of the inventory.
#pragma once

#include <vector>

#include "harness/measure/device_counters.hpp"
#include "suites/run/inventory.hpp"

namespace rackproof {

/// The counters of kernels/abi.h that the catalogue's inventory/device/identity names: whole numbers, in their unit. "links": links
/// to other devices or to a switch that the device has, from link0_active on; "links_active": those that are up. What is not told, or
/// is no count, is unavailable.
void take_counters(const Reading<std::vector<DeviceCounter>>& counters, Inventory& inventory);

}  // namespace rackproof
