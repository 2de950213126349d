// Most texts of a report need no escaping, and there are millions of them.
#pragma once

#include <algorithm>
#include <string_view>

namespace rackproof {

/// Printable ASCII without any of `special`: stands as it is.
inline bool is_plain_ascii(std::string_view text, std::string_view special) {
  return std::ranges::all_of(
      text, [special](char c) { return c >= ' ' && c <= '~' && special.find(c) == std::string_view::npos; });
}

}  // namespace rackproof
