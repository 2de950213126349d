// Bytes as a page carries them: gzip, then base64, so that a browser unpacks them with what it has.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace rackproof {

/// base64 (with padding) of a gzip stream without name or time: same bytes, same text. Throws Error.
std::string packed_column(std::span<const std::uint8_t> bytes);

}  // namespace rackproof
