// Text from data, made safe for a page, a terminal and a shell. Every string that came from a file passes
// here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rackproof {

/// Longest text of one field, in characters (code points).
inline constexpr std::size_t kLongestText = 4096;
/// Longest embedded document (plan, site, limits), in characters.
inline constexpr std::size_t kLongestDocument = 16384;

/// One line of plain text: control, bidirectional, zero-width and other invisible characters become visible
/// ("\u202e",
/// "\u{e0041}"), invalid UTF-8 becomes U+FFFD, and a text of more than `longest` characters is cut with its
/// length named.
std::string visible_text(std::string_view text, std::size_t longest = kLongestText);

/// visible_text with & < > " ' escaped: safe as content and inside a quoted attribute.
std::string escape_html(std::string_view text, std::size_t longest = kLongestText);

/// escape_html that keeps line feeds and tabs, for <pre>.
std::string escape_html_lines(std::string_view text, std::size_t longest = kLongestDocument);

}  // namespace rackproof
