// A tree in the shape of a machine's procfs, sysfs, DMI and /etc, for tests to write and to change.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "harness/machine/system_root.hpp"

namespace rackproof::test {

/// Lies in a folder of its own, which goes with it.
class RecordedMachine {
 public:
  RecordedMachine() {
    std::string pattern = (std::filesystem::temp_directory_path() / "machine-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
  }
  ~RecordedMachine() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  RecordedMachine(const RecordedMachine&) = delete;
  RecordedMachine& operator=(const RecordedMachine&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  SystemRoot root() const { return SystemRoot(folder_); }

  /// Writes a file, and the folders above it; one that is there is replaced.
  void write(std::string_view file, std::string_view text) {
    const auto at = place(file);
    std::filesystem::remove(at);
    std::ofstream(at, std::ios::binary) << text;
  }
  /// Makes a link; what it points to need not be there.
  void link(std::string_view file, const std::filesystem::path& target) {
    const auto at = place(file);
    std::filesystem::remove(at);
    std::filesystem::create_symlink(target, at);
  }
  void remove(std::string_view path) { std::filesystem::remove_all(root().at(path)); }

 private:
  std::filesystem::path place(std::string_view file) const {
    const auto at = root().at(file);
    std::filesystem::create_directories(at.parent_path());
    return at;
  }

  std::filesystem::path folder_;
};

}  // namespace rackproof::test
