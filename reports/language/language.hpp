// The languages of a document: English, Chinese, or both side by side. What data says (names, a worker's own words) is never translated.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/language/text.hpp"

namespace rackproof {

enum class Language : std::uint8_t { en, zh, both };
/// "en", "zh", "both"; none for anything else.
std::optional<Language> language_of(std::string_view name);

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
