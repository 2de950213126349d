// Where a machine is read: procfs, sysfs, DMI and /etc below one folder, so that a recorded tree stands in for a machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/reading.hpp"

namespace rackproof {

/// Why what only root may read is unavailable.
inline constexpr std::string_view kNeedsRoot = "needs root";
/// The CPUs, a folder "cpu0" each.
inline constexpr std::string_view kCpuFolder = "/sys/devices/system/cpu";
/// What text() leaves out at both ends.
inline constexpr std::string_view kBlank(" \t\r\n\v\f\0", 7);

/// What an error of the system means for a file: "needs root", "no such file: …", or the system's own word.
std::string why_unreadable(int error, std::string_view file);

class SystemRoot {
 public:
  /// "/" is this machine; any other folder is a recorded one, whose figures say nothing about this machine.
  explicit SystemRoot(std::filesystem::path root = "/") : root_(std::move(root)) {}

  bool is_recorded() const { return root_ != "/"; }
  /// Where "/proc/meminfo" and the like lie.
  std::filesystem::path at(std::string_view absolute) const { return root_ / absolute.substr(1); }

  /// The text of a file without white space at its ends; at most 1 MiB. Unavailable: "needs root" when it may not be read,
  /// "no such file: …", or the system's own word for what happened.
  Reading<std::string> text(std::string_view file) const;
  /// The bytes of a file as they are; at most 1 MiB. Unavailable as text() is.
  Reading<std::string> bytes(std::string_view file) const;
  /// The text of a file that holds one line of printable ASCII, at most `longest` characters. Unavailable, too, when it holds
  /// nothing or anything else.
  Reading<std::string> line(std::string_view file, std::size_t longest = 256) const;
  /// The first line that begins with `begin`, white space in front of it left out; of files that are too long to be read as
  /// a whole, too, such as /proc/interrupts. Unavailable, too, when there is none.
  Reading<std::string> line_beginning(std::string_view file, std::string_view begin) const;
  /// A decimal number, or a hexadecimal one that begins with 0x, alone in its file. Unavailable, too, when there is anything else.
  Reading<std::int64_t> integer(std::string_view file) const;
  /// Names in a folder, sorted; none when it cannot be read.
  std::vector<std::string> entries(std::string_view folder) const;
  bool exists(std::string_view path) const;
  /// Why a file that is never read to its end, such as a device, cannot be opened to read; empty: it can.
  std::string why_unreadable(std::string_view file) const;
  /// Last part of what a link points to, such as the driver of a device; unavailable when it is none.
  Reading<std::string> link_name(std::string_view link) const;

 private:
  /// Why a file is not opened: reading it could wait for ever; empty: it is.
  std::string why_not_read(std::string_view file) const;

  std::filesystem::path root_;
};

}  // namespace rackproof
