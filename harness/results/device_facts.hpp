// What a device said about itself, as rows of the results.
#pragma once

#include <optional>
#include <vector>

#include "harness/record/record.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

/// Facts "device/uuid" and so on of the target with this row; what was not told has none.
std::vector<FactRow> device_facts(std::uint32_t row, const DeviceIdentity& device);

/// What is odd about the device under this name: kinds "emulated device" and "device serial" (another one than the site
/// promises).
std::vector<Results::Notice> device_notices(const TargetRow& target, const DeviceIdentity& device);

}  // namespace rackproof
