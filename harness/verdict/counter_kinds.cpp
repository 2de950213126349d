#include "harness/verdict/counter_kinds.hpp"

#include <algorithm>

#include "harness/record/counter_delta.hpp"

namespace rackproof {

namespace {

constexpr CounterKind kUncorrected{"uncorrected memory errors", true, "replace the module or the device"};
constexpr CounterKind kMachineChecks{"machine check exceptions", true,
                                     "read the kernel's log and the BMC's; replace what they name"};
constexpr CounterKind kLostDevices{"devices that fell off the bus", true,
                                   "read the kernel's log; check seating, power and firmware"};
constexpr CounterKind kMachineEvents{"machine check messages", false, "read the kernel's log and the BMC's"};
constexpr CounterKind kDriver{"errors that the device's driver logged", false,
                              "look the codes up in the kernel's log (Xid)"};
constexpr CounterKind kBus{"PCI Express errors", false, "check seating, risers and retimers"};
constexpr CounterKind kDeviceLinks{"errors on links of devices", false, "check cables, seating and firmware"};
constexpr CounterKind kFlaps{"link flaps", false, "check cable, transceiver and switch port"};
constexpr CounterKind kNetwork{"network errors", false, "check cable, transceiver and switch port"};
constexpr CounterKind kKilled{"processes killed for want of memory", false,
                              "look at what else uses the node"};
constexpr CounterKind kDisks{"NVMe errors", false, "read the kernel's log and the drive's own"};
constexpr CounterKind kHeat{"thermal throttling of CPUs", false, "look at cooling"};

/// A counter's name begins and ends so; both may be empty.
struct Pattern {
  std::string_view begin;
  std::string_view end;
  const CounterKind* kind;
};

constexpr Pattern kPatterns[]{{"edac/", "/ue", &kUncorrected},
                              {"device", "/ecc_uncorrected", &kUncorrected},
                              {"device", "/remapped_rows_uncorrected", &kUncorrected},
                              {"machine_checks", "", &kMachineChecks},
                              {"kernel_log/device_lost", "", &kLostDevices},
                              {"kernel_log/mce", "", &kMachineEvents},
                              {"kernel_log/xid", "", &kDriver},
                              {"kernel_log/aer", "", &kBus},
                              {"aer/", "", &kBus},
                              {"device", "/pcie_replays", &kDeviceLinks},
                              {"device", "/link_replays", &kDeviceLinks},
                              {"device", "/link_recoveries", &kDeviceLinks},
                              {"device", "/link_flit_errors", &kDeviceLinks},
                              {"device", "/link_data_errors", &kDeviceLinks},
                              {"nic/", "/carrier_changes", &kFlaps},
                              {"ib/", "/link_downed", &kFlaps},
                              {"kernel_log/link_down", "", &kFlaps},
                              {"nic/", "/rx_errors", &kNetwork},
                              {"nic/", "/tx_errors", &kNetwork},
                              {"ib/", "/symbol_error", &kNetwork},
                              {"ib/", "/port_rcv_errors", &kNetwork},
                              {"ib/", "/local_link_integrity_errors", &kNetwork},
                              {"kernel_log/oom", "", &kKilled},
                              {"kernel_log/nvme", "", &kDisks},
                              {"thermal/", "_throttle", &kHeat}};

}  // namespace

const CounterKind* kind_of_counter(std::string_view counter) {
  const std::string_view name = without_rank(counter);
  const auto* const found = std::ranges::find_if(kPatterns, [&](const Pattern& pattern) {
    return name.starts_with(pattern.begin) && name.ends_with(pattern.end);
  });
  return found == std::end(kPatterns) ? nullptr : found->kind;
}

}  // namespace rackproof
