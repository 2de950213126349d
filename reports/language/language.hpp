// The languages of a document: English, Chinese, or both side by side. What data says (names, reasons, evidence) is never translated.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rackproof {

enum class Language : std::uint8_t { en, zh, both };
/// "en", "zh", "both"; none for anything else.
std::optional<Language> language_of(std::string_view name);

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

/// Texts in the language of one document.
class Words {
 public:
  explicit Words(Language language) : language_(language) {}
  Language language() const { return language_; }

  /// As HTML; what is filled in must be escaped already, and be the same in both languages (else: Phrase). In both languages two spans
  /// with their lang, of which the page's style and switch show one or both.
  template <typename... Args>
  std::string operator()(const Text& text, const Args&... args) const {
    return either(fill(text.en, args...), fill(text.zh, args...));
  }

  /// The same of two texts that are HTML already; where both are equal they stand once.
  std::string either(std::string_view en, std::string_view zh) const;

  /// As plain text, for attributes and other formats: "pass", "通过", or "pass / 通过".
  template <typename... Args>
  std::string plain(const Text& text, const Args&... args) const {
    return plain_either(fill(text.en, args...), fill(text.zh, args...));
  }
  std::string plain_either(std::string_view en, std::string_view zh) const;

 private:
  template <typename... Args>
  static std::string fill(std::string_view format, const Args&... args) {
    return fmt::format(fmt::runtime(format), args...);
  }

  Language language_;
};

}  // namespace rackproof
