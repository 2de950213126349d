// Whether a phrase says the same in both languages, as far as a program can tell.
#pragma once

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "harness/language/phrase.hpp"

namespace rackproof::test {

inline std::multiset<std::string> numbers_of(const std::string& text) {
  static const std::regex number("[0-9]+([.][0-9]+)?(e[-+]?[0-9]+)?");
  std::multiset<std::string> out;
  for (std::sregex_iterator at(text.begin(), text.end(), number), end; at != end; ++at) out.insert(at->str());
  return out;
}

/// Characters from U+4000 to U+9FFF: their first byte in UTF-8.
inline bool has_chinese(const std::string& text) {
  return text.find_first_of("\xE4\xE5\xE6\xE7\xE8\xE9") != std::string::npos;
}

/// Each in its own language, with the same numbers, and no English sentence left in the Chinese one. Data in a phrase must not be three
/// words in a row.
inline testing::AssertionResult says_the_same(const Phrase& phrase) {
  static const std::regex sentence("[A-Za-z']+ [a-z]+ [a-z]+");
  const auto no = [&](const char* why) {
    return testing::AssertionFailure() << why << ": \"" << phrase.en << "\" \"" << phrase.zh << "\"";
  };
  if (phrase.en.empty() || phrase.zh.empty()) return no("a language is missing");
  if (has_chinese(phrase.en)) return no("Chinese in the English one");
  if (!has_chinese(phrase.zh)) return no("nothing Chinese");
  if (numbers_of(phrase.en) != numbers_of(phrase.zh)) return no("other numbers");
  if (std::regex_search(phrase.zh, sentence)) return no("English in the Chinese one");
  return testing::AssertionSuccess();
}

}  // namespace rackproof::test
