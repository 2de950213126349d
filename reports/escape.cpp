#include "reports/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace rackproof {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Range {
  char32_t first, last;
};

// Characters that are not seen or that change how others are seen.
constexpr auto kInvisible = std::to_array<Range>({
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x061C, 0x061C},
    {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F}, {0x3164, 0x3164}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
});

bool is_invisible(char32_t c) {
  return std::any_of(kInvisible.begin(), kInvisible.end(),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

struct Decoded {
  char32_t code = kReplacement;
  std::size_t bytes = 1;
};

// One code point of UTF-8; overlong forms, surrogates and values above U+10FFFF are invalid.
Decoded decode(std::string_view text) {
  const auto byte = [text](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return {};
  char32_t code = first & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if (i >= text.size() || (byte(i) & 0xC0U) != 0x80) return {};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest.at(bytes) || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, bytes};
}

std::string_view html_entity(char32_t c) {
  switch (c) {
    case U'&':
      return "&amp;";
    case U'<':
      return "&lt;";
    case U'>':
      return "&gt;";
    case U'"':
      return "&quot;";
    case U'\'':
      return "&#39;";
    default:
      return {};
  }
}

enum class Form { plain, html, html_lines };

std::string escaped(std::string_view text, std::size_t longest, Form form) {
  std::string out;
  out.reserve(std::min(text.size(), longest) + 16);
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++characters) {
    const Decoded next = decode(text.substr(at));
    const std::string_view bytes = text.substr(at, next.bytes);
    at += next.bytes;
    if (characters >= longest) continue;
    const bool kept = form == Form::html_lines && (next.code == U'\n' || next.code == U'\t');
    const std::string_view entity = form == Form::plain ? std::string_view{} : html_entity(next.code);
    if (!entity.empty()) {
      out += entity;
    } else if (!kept && is_invisible(next.code)) {
      const auto code = static_cast<std::uint32_t>(next.code);
      out += code > 0xFFFF ? fmt::format("\\u{{{:x}}}", code) : fmt::format("\\u{:04x}", code);
    } else if (next.code == kReplacement) {
      out += "\xEF\xBF\xBD";
    } else {
      out += bytes;
    }
  }
  if (characters > longest) out += fmt::format("… (cut: {} characters in all)", characters);
  return out;
}

}  // namespace

std::string visible_text(std::string_view text, std::size_t longest) {
  return escaped(text, longest, Form::plain);
}

std::string escape_html(std::string_view text, std::size_t longest) {
  return escaped(text, longest, Form::html);
}

std::string escape_html_lines(std::string_view text, std::size_t longest) {
  return escaped(text, longest, Form::html_lines);
}

}  // namespace rackproof
