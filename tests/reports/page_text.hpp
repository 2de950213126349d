// Texts of a page, for tests that look for words in it.
#pragma once

#include <regex>
#include <string>

namespace rackproof::test {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What stands between the first `from` and the `to` after it; empty where one of them is not there.
inline std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto a = text.find(from);
  if (a == std::string::npos) return {};
  const auto begin = a + from.size();
  const auto b = text.find(to, begin);
  return b == std::string::npos ? std::string{} : text.substr(begin, b - begin);
}

/// What a reader sees: no tags, none of the data that is marked as English.
inline std::string words_of(const std::string& page) {
  const std::string body = page.substr(page.find("<body>"));
  const std::string own =
      std::regex_replace(body, std::regex("<span class=\"data\" lang=\"en\">[^<]*</span>"), "");
  return std::regex_replace(own, std::regex("<[^>]*>"), "\n");
}

}  // namespace rackproof::test
