// What the firmware says the machine is: vendor, product, board, BIOS, serials.
#pragma once

#include <string>

#include "harness/base/reading.hpp"
#include "harness/machine/system_root.hpp"

namespace rackproof {

/// From /sys/class/dmi/id, or on a machine without DMI from its device tree. What the firmware's maker forgot to fill in
/// ("To Be Filled By O.E.M.") is unavailable.
struct System {
  Reading<std::string> vendor;
  Reading<std::string> product;
  Reading<std::string> serial;  ///< needs root, or a snapshot
  Reading<std::string> uuid;    ///< needs root, or a snapshot
  Reading<std::string> board_vendor;
  Reading<std::string> board;
  Reading<std::string> board_serial;  ///< needs root, or a snapshot
  Reading<std::string> bios_vendor;
  Reading<std::string> bios;
  Reading<std::string> bios_date;
};

System read_system(const SystemRoot& root);

}  // namespace rackproof
