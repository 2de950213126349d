// The backend of a step and the devices that its cases use.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/machine/system_root.hpp"
#include "harness/measure/backend.hpp"
#include "harness/record/bundle.hpp"
#include "harness/record/record.hpp"
#include "suites/supervisor.hpp"

namespace rackproof {

/// A promised device that is missing where it would be seen if it were there: on the PCI bus, or in the backend's list of all
/// devices when they are none of the bus. One that is on the bus, or of a bus that cannot be seen, is only not to be had.
class DeviceMissing : public CaseStopped {
 public:
  explicit DeviceMissing(const std::string& evidence)
      : CaseStopped(Status::failed, Phase::load, evidence), evidence_(evidence) {}
  const std::string& evidence() const { return evidence_; }

 private:
  std::string evidence_;
};

class StepDevices {
 public:
  /// Loads the backend, opens the devices that the step names, and holds them against the host's oracle where that is done
  /// (device_selftest.hpp). A device is counted among all that the driver knows where the backend can list them, so that one
  /// that is hidden does not make the next one be measured in its name. Throws Error for the library; CaseStopped:
  /// unsupported for a device that is hidden or held by others, failed (DeviceMissing, when it is certain) for one that is missing,
  /// wrong for one that is wrong. `rank`: of an MPI job with a device per rank. `system`: where the bus is seen.
  StepDevices(const BundleStep& step, const Installation& installation, int rank, const SystemRoot& system);

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
