// The backend of a step and the devices that its cases use.
#pragma once

#include <span>
#include <vector>

#include "harness/measure/backend.hpp"
#include "harness/record/bundle.hpp"
#include "harness/record/record.hpp"
#include "suites/supervisor.hpp"

namespace rackproof {

class StepDevices {
 public:
  /// Loads the backend, opens the devices that the step names, and holds them against the host's oracle where that is done
  /// (device_selftest.hpp). A device is counted among all that the driver knows where the backend can list them, so that one
  /// that is hidden does not make the next one be measured in its name. Throws Error for the library; CaseStopped:
  /// unsupported for a device that is hidden or held by others, failed for one that is missing, wrong for one that is wrong.
  /// `rank`: of an MPI job with a device per rank.
  StepDevices(const BundleStep& step, const Installation& installation, int rank);

  const Backend& backend() const { return backend_; }
  std::span<const Device> devices() const { return devices_; }
  /// One for each device, in their order.
  const std::vector<DeviceIdentity>& identities() const { return identities_; }

 private:
  Backend backend_;
  std::vector<Device> devices_;
  std::vector<DeviceIdentity> identities_;
};

}  // namespace rackproof
