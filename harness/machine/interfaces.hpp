// Network interfaces with a device behind them, and InfiniBand ports, from sysfs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/reading.hpp"
#include "harness/machine/system_root.hpp"

namespace rackproof {

struct Interface {
  std::string name;
  Reading<std::string> driver;
  Reading<std::string> mac;
  Reading<std::int64_t> bits_per_s;  ///< unavailable while the link is down
  Reading<std::int64_t> mtu;
  Reading<std::string> state;  ///< "up", "down"
};

struct InfinibandPort {
  std::string name;                 ///< "mlx5_0/1"
  Reading<std::string> rate;        ///< "400 Gb/sec (4X NDR)"
  Reading<std::string> state;       ///< "ACTIVE"
  Reading<std::string> link_layer;  ///< "InfiniBand", "Ethernet"
  Reading<std::string> firmware;
};

/// In the order of their names; unavailable when sysfs does not show interfaces at all.
Reading<std::vector<Interface>> read_interfaces(const SystemRoot& root);
/// None where no driver of such devices is loaded; unavailable when sysfs cannot be seen.
Reading<std::vector<InfinibandPort>> read_infiniband_ports(const SystemRoot& root);

}  // namespace rackproof
