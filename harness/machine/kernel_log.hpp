// What the kernel said within a window, by kind: machine checks, devices that fall off the bus, killed processes, links.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/machine/counter.hpp"
#include "harness/machine/system_root.hpp"

namespace rackproof {

/// Kinds of trouble that one message tells of: "mce", "xid", "device_lost", "oom", "link_down", "nvme", "aer".
std::vector<std::string_view> kinds_of_event(std::string_view message);

/// /dev/kmsg, or a file of a recorded machine in its form "level,sequence,µs,flags;message". A message belongs to the window
/// when its sequence number is above that of the last one before.
class KernelLogWindow {
 public:
  /// Begins the window.
  explicit KernelLogWindow(SystemRoot system);
  /// "kernel_log/<kind>" for all kinds: how many messages came since then. When the log cannot be read ("needs root"), was
  /// cleared, or lost messages within the window, there is "kernel_log" only, unavailable.
  Counters events() const;

 private:
  struct Message {
    std::int64_t sequence = 0;
    std::string text;
  };
  Reading<std::vector<Message>> messages() const;

  SystemRoot system_;
  Reading<std::int64_t> last_;  ///< sequence number; −1: the log was empty
};

}  // namespace rackproof
