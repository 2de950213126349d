// A phrase: fixed words filled with data, kept in both languages until a document chooses.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "harness/language/text.hpp"

namespace rackproof {

/// Plain text, not escaped. Data alone is the same in both languages; files and text formats hold the English one.
struct Phrase {
  Phrase() = default;
  Phrase(const char* data) : en(data), zh(data) {}
  Phrase(std::string_view data) : en(data), zh(data) {}
  Phrase(const std::string& data) : en(data), zh(data) {}
  Phrase(const Text& text) : en(text.en), zh(text.zh) {}
  template <typename... Args>
  Phrase(const Text& text, const Args&... args)
      : en(fmt::format(fmt::runtime(text.en), english(args)...)),
        zh(fmt::format(fmt::runtime(text.zh), chinese(args)...)) {}

  bool empty() const { return en.empty(); }
  operator std::string_view() const { return en; }
  friend bool operator==(const Phrase& a, const Phrase& b) { return a.en == b.en && a.zh == b.zh; }
  friend bool operator==(const Phrase& a, std::string_view english) { return a.en == english; }
  friend bool operator==(const Phrase& a, const std::string& english) { return a.en == english; }
  friend bool operator==(const Phrase& a, const char* english) { return a.en == english; }
  friend bool operator<(const Phrase& a, const Phrase& b) {
    return std::tie(a.en, a.zh) < std::tie(b.en, b.zh);
  }

  std::string en, zh;

 private:
  template <typename T>
  static const T& english(const T& value) {
    return value;
  }
  static const std::string& english(const Phrase& phrase) { return phrase.en; }
  template <typename T>
  static const T& chinese(const T& value) {
    return value;
  }
  static const std::string& chinese(const Phrase& phrase) { return phrase.zh; }
};

/// Puts `next` after what a list says already, joined as a text of two placeholders says: "{0}; {1}".
inline void extend(Phrase& list, const Text& joined, const Phrase& next) {
  list = list.empty() ? next : Phrase(joined, list, next);
}

/// As files and machine formats hold them.
inline std::vector<std::string> english_of(const std::vector<Phrase>& phrases) {
  std::vector<std::string> out;
  for (const Phrase& phrase : phrases) out.push_back(phrase.en);
  return out;
}

}  // namespace rackproof

template <>
struct fmt::formatter<rackproof::Phrase> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(const rackproof::Phrase& phrase, Context& context) const {
    return fmt::formatter<std::string_view>::format(std::string_view(phrase.en), context);
  }
};
