// Text in parts.
#pragma once

#include <string_view>
#include <vector>

namespace rackproof {

/// What stands between the separators of a text, empty parts, too: one more than there are separators.
inline std::vector<std::string_view> split_at(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace rackproof
