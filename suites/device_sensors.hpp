// What a backend tells of its devices without opening one.
#pragma once

#include <filesystem>

#include "harness/machine/kept_file.hpp"
#include "harness/machine/sensor.hpp"
#include "harness/record/bundle.hpp"

namespace rackproof {

/// A sensor of a device, with the UUID of that device.
struct DeviceSensors {
  Sensors sensors;
  std::vector<std::string> devices;  ///< UUID of each sensor's
};

/// Power, temperature and clock of the step's devices that the library shows as present; nothing for a library without such
/// devices. What cannot be had is there and says why: the library does not load, it tells nothing of a device that is not open.
/// Calls only `open`, `present_*` and `last_error`, here and when the sensors are read: any of them may hang or end the process.
DeviceSensors find_device_sensors(const std::filesystem::path& library, const BundleStep& step,
                                  FileTally& tally);

}  // namespace rackproof
