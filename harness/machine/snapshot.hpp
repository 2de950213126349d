// What only root may read of a machine, kept by `rackproof doctor --privileged` for everybody until the next boot.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "harness/machine/smbios.hpp"
#include "harness/machine/system_root.hpp"

namespace rackproof {

inline constexpr std::string_view kSnapshotFile = "/var/lib/rackproof/snapshot.json";
/// What read_snapshot() says when nobody made one.
inline constexpr std::string_view kNoSnapshot = "no snapshot";

struct Snapshot {
  std::string boot_id;
  std::string machine_id;
  std::string utc;                           ///< when it was made: ISO 8601
  std::map<std::string, std::string> texts;  ///< by file: "/sys/class/dmi/id/product_serial"
  std::optional<MemoryModules> modules;
};

/// Files of texts that a snapshot holds.
std::vector<std::string_view> snapshot_texts();

/// What the machine says to who asks now; what cannot be read is left out. `utc`: the time. Throws Error when the machine does
/// not tell its boot and machine id.
Snapshot take_snapshot(const SystemRoot& root, const std::string& utc);

/// Writes it in place of the one that is there, at once, readable by all. Throws Error.
void write_snapshot(const SystemRoot& root, const Snapshot& snapshot);

/// Unavailable: "no snapshot"; "snapshot of another boot", "… of another machine"; that it is damaged, or that somebody else
/// than root may have written it.
Reading<Snapshot> read_snapshot(const SystemRoot& root);

/// The line of a file that mostly only root may read, from the snapshot where it needs root.
Reading<std::string> privileged_line(const SystemRoot& root, std::string_view file);

}  // namespace rackproof
