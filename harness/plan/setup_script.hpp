// Files beside the site file: the script that prepares a node's environment, and the like.
#pragma once

#include <filesystem>
#include <string>

namespace rackproof {

inline constexpr std::size_t kLargestSetupScript = 64 << 10;  // bytes; it travels with every bundle

inline constexpr std::size_t kLargestSerials = 64 << 20;  // bytes

/// The text of a file. Throws Error when it cannot be read, is larger or is not UTF-8 without zero bytes.
std::string read_plain_text(const std::filesystem::path& file, std::size_t largest);
inline std::string read_setup_script(const std::filesystem::path& file) {
  return read_plain_text(file, kLargestSetupScript);
}

}  // namespace rackproof
