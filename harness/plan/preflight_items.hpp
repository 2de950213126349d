// What is looked at before a step is measured: the items, what a site may require of them, what a plan does about them.
//
// In the site, of the nodes of one [[node]]:
//   [node.requires]
//   cores = 64                    # at least so many, of the affinity and the quota of the cgroup
//   memory = "500 GiB"            # at least; what the kernel gives, some less than is installed
//   shm = "64 GB"                 # at least, free in /dev/shm
//   memlock = "unlimited"         # at least; or "8 GB"
//   open_files = 65536            # at least; or "unlimited"
//   huge_pages = 1024             # at least, free, of the default size
//   load = 0.05                   # at most: the share of all CPU time that others take
//   governor = "performance"
//   services = ["munge"]          # units of systemd that run
//   temperature_at_rest = "45 degC"   # at most, of the hottest device of the step, or CPU; or "318 K"
//   device_processes = 0          # at most, of others, on each device of the step
//   compute_mode = "default"
//   mig = "off"                   # "on": the device is a part of one
//   mps = "off"
//   ecc_pending = 0               # at most: rows that wait for a reset to be remapped
//   power_cap = "default"         # the limit in force is that with which the device came
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rackproof {

class TomlTable;

/// Item → what is needed, as text: "64", "500 GiB", "performance", "munge, sssd".
using Requirements = std::map<std::string, std::string>;

struct PreflightItem {
  /// How a need is written, and how what was found is held against it.
  enum class Kind {
    count_at_least,
    bytes_at_least,
    count_at_most,
    share_at_most,
    kelvin_at_most,
    text,
    names,  ///< none of them may be missing
  };
  std::string_view name;
  Kind kind;
  /// What `block` in a plan asks for where the site requires nothing; empty: nothing can be said without the site.
  std::string_view standard;
  bool of_device =
      false;  ///< said of the step's devices; where it has none but the host, of the host or not at all
};

/// In the order in which they are looked at.
std::span<const PreflightItem> preflight_items();
/// nullptr when there is none.
const PreflightItem* find_preflight_item(std::string_view name);
std::vector<std::string> preflight_item_names();

/// The number of a need, in SI units; "unlimited" is infinity. Nothing when it is none, or of another dimension, or
/// negative, or the kind has no number.
std::optional<double> needed_number(const PreflightItem& item, std::string_view need);

/// Reads [node.requires]. Problems go to the table: unknown items ("did you mean"), values that are no need of their kind.
Requirements read_requirements(TomlTable& table);

/// What a plan does about an item: "block", "record", "off" (plan.hpp).
using PreflightModes = std::map<std::string, std::string>;
/// Reads [preflight] of a plan. Problems go to the table.
PreflightModes read_preflight_modes(TomlTable& table);

}  // namespace rackproof
