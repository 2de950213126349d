// The languages of a document: English, Chinese, or both side by side. What data says (names, reasons, evidence) is never translated.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rackproof {

enum class Language : std::uint8_t { en, zh, both };
/// "en", "zh", "both"; none for anything else.
std::optional<Language> language_of(std::string_view name);

/// One text in both languages: format strings with the same numbered placeholders ("{0} of {1}", "{1} 中的 {0}").
struct Text {
  std::string_view en;
  std::string_view zh;
};

/// Texts in the language of one document.
class Words {
 public:
  explicit Words(Language language) : language_(language) {}
  Language language() const { return language_; }

  /// As HTML; what is filled in must be escaped already. In both languages two spans with their lang, of which the page's style and
  /// switch show one or both.
  template <typename... Args>
  std::string operator()(const Text& text, const Args&... args) const {
    if (language_ != Language::both) return one(text, args...);
    return "<span lang=\"en\">" + fill(text.en, args...) + "</span><span lang=\"zh-CN\">" + fill(text.zh, args...) + "</span>";
  }

  /// As plain text, for attributes and other formats: "pass", "通过", or "pass / 通过".
  template <typename... Args>
  std::string plain(const Text& text, const Args&... args) const {
    if (language_ != Language::both) return one(text, args...);
    return fill(text.en, args...) + " / " + fill(text.zh, args...);
  }

 private:
  template <typename... Args>
  static std::string fill(std::string_view format, const Args&... args) {
    return fmt::format(fmt::runtime(format), args...);
  }
  template <typename... Args>
  std::string one(const Text& text, const Args&... args) const {
    return fill(language_ == Language::zh ? text.zh : text.en, args...);
  }

  Language language_;
};

}  // namespace rackproof
