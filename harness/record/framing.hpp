// One record a line, checksummed: "@rp <crc32c, 8 hex digits> <json>\n". On a wire and in a journal alike.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace rackproof {

/// The longest line that is taken from a worker; anything longer is cut there and does not frame.
inline constexpr std::size_t kLongestFrame = 16u << 20;

/// The frame of one record, with its newline. Invalid UTF-8 in strings is replaced by U+FFFD.
std::string frame(const nlohmann::json& record);

/// The record in one line (without newline), or nothing when it is not a frame, its checksum does not match
/// or its content is not a JSON object.
std::optional<nlohmann::json> unframe(std::string_view line);

/// Splits a byte stream into lines. A stream without a newline for kLongestFrame bytes is cut there.
class LineSplitter {
 public:
  void add(std::string_view bytes) { pending_ += bytes; }
  /// The next complete line without its newline.
  std::optional<std::string> next();
  /// What is left after the last newline.
  const std::string& rest() const { return pending_; }

 private:
  std::string pending_;
};

}  // namespace rackproof
