// What the HDF5 library writes, put on disk by us: a write that fails is remembered and said, where the library's own
// driver would leave it unable to close its file, and crash when the program ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "harness/record/durable_file.hpp"
#include "harness/results/hdf5_handle.hpp"

namespace rackproof {

/// A file that is written. Must outlive the HDF5 file that is made on it.
class Hdf5Disk {
 public:
  /// Creates or truncates `path`. Throws Error.
  explicit Hdf5Disk(std::filesystem::path path);

  /// Lets files that are opened with this list of properties stand here. Returns whether it could.
  bool attach(hid_t access);

  /// Throws Error when something could not be written. From then on nothing is: the library may go on to its end, and
  /// what is on disk is of no use.
  void check() const;

  bool read(std::uint64_t at, std::span<std::uint8_t> bytes) const;
  void write(std::uint64_t at, std::span<const std::uint8_t> bytes);
  void truncate(std::uint64_t size);
  std::uint64_t size() const { return size_; }

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
  std::uint64_t size_ = 0;
  int error_ = 0;  // errno of the first failure
};

}  // namespace rackproof
