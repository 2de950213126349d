// Devices on the PCI bus, from sysfs: what is plugged in, whatever drivers and backends say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/reading.hpp"
#include "harness/machine/system_root.hpp"

namespace rackproof {

struct PciLink {
  Reading<std::int64_t> width;            ///< lanes
  Reading<std::int64_t> transfers_per_s;  ///< of each lane
};

struct PciDevice {
  std::string address;           ///< "0000:18:00.0"
  std::uint32_t class_code = 0;  ///< 24 bits
  std::uint32_t vendor = 0;
  std::uint32_t device = 0;
  bool is_virtual_function = false;
  Reading<std::string> driver;
  Reading<std::int64_t> numa_node;
  PciLink now;
  PciLink most;  ///< that it can do

  std::string id() const;  ///< "10de:2330"
};

/// Processing accelerators, 3D controllers, and display controllers of vendors that build accelerators; no virtual
/// functions, and no baseboard's graphics.
bool is_accelerator(const PciDevice& device);
/// Ethernet and InfiniBand controllers; no virtual functions.
bool is_network_controller(const PciDevice& device);
bool is_nvme(const PciDevice& device);

/// All devices in the order of their addresses; unavailable when the bus cannot be seen, or when a device does not tell
/// what it is.
Reading<std::vector<PciDevice>> read_pci(const SystemRoot& root);
/// The one at an address as a backend writes it ("00000000:18:00.0", "0000:18:00.0", "18:00.0", any case).
Reading<PciDevice> read_pci_device(const SystemRoot& root, std::string_view address);

/// "x16 32 GT/s".
Reading<std::string> described(const PciLink& link);

}  // namespace rackproof
