// Checksums: CRC-32C for lines, SHA-256 for files and identities.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace rackproof {

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of the bytes.
std::uint32_t crc32c(std::string_view bytes);

/// SHA-256 of the bytes, 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

/// SHA-256 of a file's content, or of its first `bytes`. Throws Error when they cannot be read.
std::string sha256_file(const std::filesystem::path& path, std::optional<std::int64_t> bytes = std::nullopt);

}  // namespace rackproof
