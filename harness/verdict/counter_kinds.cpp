#include "harness/verdict/counter_kinds.hpp"

#include <algorithm>

#include "harness/record/counter_delta.hpp"
#include "harness/verdict/finding_texts.hpp"

namespace rackproof {

namespace {

namespace texts = finding_texts;

constexpr CounterKind kUncorrected{texts::kUncorrected, true, texts::kReplaceMemory};
constexpr CounterKind kMachineChecks{texts::kMachineChecks, true, texts::kReplaceNamed};
constexpr CounterKind kLostDevices{texts::kLostDevices, true, texts::kCheckSeating};
constexpr CounterKind kMachineEvents{texts::kMachineEvents, false, texts::kReadKernelAndBmc};
constexpr CounterKind kDriver{texts::kDriverErrors, false, texts::kLookUpCodes};
constexpr CounterKind kBus{texts::kBusErrors, false, texts::kCheckRisers};
constexpr CounterKind kDeviceLinks{texts::kLinkErrors, false, texts::kCheckCables};
constexpr CounterKind kFlaps{texts::kFlaps, false, texts::kCheckPort};
constexpr CounterKind kNetwork{texts::kNetworkErrors, false, texts::kCheckPort};
constexpr CounterKind kKilled{texts::kKilled, false, texts::kLookWhoElse};
constexpr CounterKind kDisks{texts::kDriveErrors, false, texts::kReadDriveLog};
constexpr CounterKind kHeat{texts::kCpuHeat, false, texts::kLookAtCooling};

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
