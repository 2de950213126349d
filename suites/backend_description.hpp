// What there is to say about a backend library without measuring with it: one JSON object.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

namespace rackproof {

/// {"library", "kind": "backend" | "message passing", "name", "version", "abi", "implementation", "optional": names of the
/// groups of entries that it has, "devices": [{"uuid", "pci_address", "model", "memory_bytes"}], "reason": why there is
/// no device} or {"library", "refused": why it cannot be used}. The library is loaded, but no device is opened. Throws
/// nothing for what is wrong with the library.
nlohmann::json describe_backend(const std::filesystem::path& library);

}  // namespace rackproof
