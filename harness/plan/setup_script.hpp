// The script that prepares a node's environment, as it is read beside the site file.
#pragma once

#include <filesystem>
#include <string>

namespace rackproof {

inline constexpr std::size_t kLargestSetupScript = 64 << 10;  // bytes; it travels with every bundle

/// Its text. Throws Error when it cannot be read, is larger than 64 KiB or is not UTF-8 without zero bytes.
std::string read_setup_script(const std::filesystem::path& file);

}  // namespace rackproof
