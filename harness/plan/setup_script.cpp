#include "harness/plan/setup_script.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

// What is not UTF-8 cannot stand in JSON.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const int more = first < 0x80                    ? 0
                     : first >= 0xc2 && first < 0xe0 ? 1
                     : (first & 0xf0) == 0xe0        ? 2
                     : first >= 0xf0 && first < 0xf5 ? 3
                                                     : -1;
    if (more < 0 || i + static_cast<std::size_t>(more) >= text.size()) return false;
    char32_t code = more == 0 ? first : first & (0x3f >> more);
    for (int k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]);
      if ((next & 0xc0) != 0x80) return false;
      code = code << 6 | (next & 0x3f);
    }
    const bool overlong = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
    if (overlong || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return false;
    i += static_cast<std::size_t>(more) + 1;
  }
  return true;
}

}  // namespace

std::string read_plain_text(const std::filesystem::path& file, std::size_t largest) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  // Reading a folder would throw from within the stream; an empty file sets failbit when it is copied.
  if (!std::filesystem::is_regular_file(file) || !in || (in.peek() != EOF && !(out << in.rdbuf())))
    throw Error(fmt::format("{} cannot be read", file.string()));
  const std::string text = out.str();
  if (text.size() > largest) throw Error(fmt::format("{} is too large", file.string()));
  if (text.find('\0') != std::string::npos || !is_utf8(text))
    throw Error(fmt::format("{} is not UTF-8 text", file.string()));
  return text;
}

}  // namespace rackproof
