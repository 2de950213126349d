// A fixed text in the languages of documents: English and Chinese. What data says (names, a worker's own words) is never translated.
#pragma once

#include <cstddef>
#include <string_view>

namespace rackproof {

/// Bits of the numbered placeholders of a format string; -1 when it has another kind of brace than "{0}" to "{30}".
constexpr int placeholders_of(std::string_view format) {
  int seen = 0;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '}') return -1;
    if (format[i] != '{') continue;
    int number = -1;
    for (++i; i < format.size() && format[i] >= '0' && format[i] <= '9' && number < 31; ++i)
      number = (number < 0 ? 0 : number * 10) + (format[i] - '0');
    if (number < 0 || number > 30 || i >= format.size() || format[i] != '}') return -1;
    seen |= 1 << number;
  }
  return seen;
}

/// Both are there and ask for the same values.
constexpr bool are_translations(std::string_view en, std::string_view zh) {
  return !en.empty() && !zh.empty() && placeholders_of(en) >= 0 && placeholders_of(en) == placeholders_of(zh);
}

/// One text in both languages: format strings with the same numbered placeholders ("{0} of {1}", "{1} 中的 {0}").
/// One that lacks a language, or whose placeholders differ, does not compile.
struct Text {
  consteval Text(std::string_view english, std::string_view chinese) : en(english), zh(chinese) {
    if (!are_translations(english, chinese)) throw "a text lacks a language, or its placeholders differ";
  }
  std::string_view en;
  std::string_view zh;
};

}  // namespace rackproof
