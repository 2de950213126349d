// The cases of the inventory, and what they make of what was read.
#pragma once

#include <optional>
#include <vector>

#include "harness/machine/pci.hpp"
#include "harness/measure/device_counters.hpp"
#include "suites/run/case_context.hpp"

namespace rackproof {

void run_inventory_system(const CaseContext& context, CaseEnd& end);
void run_inventory_cpu(const CaseContext& context, CaseEnd& end);
void run_inventory_memory(const CaseContext& context, CaseEnd& end);
void run_inventory_network(const CaseContext& context, CaseEnd& end);
void run_inventory_pci(const CaseContext& context, CaseEnd& end);
void run_inventory_identity(const CaseContext& context, CaseEnd& end);
void run_inventory_topology(const CaseContext& context, CaseEnd& end);

/// Puts readings under the names of their quantities: into `exact` or `text` of a CaseEnd, or into `unavailable`.
class Inventory {
 public:
  explicit Inventory(CaseEnd& end) : end_(end) {}
  void count(const char* quantity, const Reading<std::int64_t>& reading);
  void text(const char* quantity, const Reading<std::string>& reading);
  /// A text as a backend tells it: empty is not told.
  void told(const char* quantity, const std::string& text);

 private:
  CaseEnd& end_;
};

/// What a backend tells of one device.
struct ToldDevice {
  rp_device_info info{};
  std::optional<rp_device_facts> facts;  ///< none: the backend tells none
  std::optional<std::int64_t> position;  ///< among all of its devices; none: they cannot be listed
  Reading<std::vector<DeviceCounter>> counters =
      Reading<std::vector<DeviceCounter>>::unavailable("the backend has no counters");
};

/// The case inventory/device/identity of what was told. `place`: where it is on the bus, read before any copy. `loaded`: its
/// link, read while copies ran; or why it was not.
void take_inventory(const ToldDevice& device, const Reading<PciDevice>& place,
                    const Reading<std::vector<PciLink>>& loaded, Inventory& inventory);

/// The case inventory/device/topology of what was told: links[from][to] between the devices of a node, each with each; [i][i] is not
/// looked at. Where one pair is not told, what is said of all is unavailable.
void take_topology(const std::vector<std::vector<Reading<rp_link>>>& links, Inventory& inventory);

}  // namespace rackproof
