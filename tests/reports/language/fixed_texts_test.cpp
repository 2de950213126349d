// Every fixed text of a page is there in both languages and fills in the same things.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <regex>
#include <set>

#include "reports/language/comparison_texts.hpp"
#include "reports/language/trend_texts.hpp"

namespace rackproof {

namespace {

std::set<std::string> placeholders(std::string_view text) {
  static const std::regex placeholder(R"re(\{([^}]*)\})re");
  const std::string copy(text);
  std::set<std::string> out;
  for (std::sregex_iterator at(copy.begin(), copy.end(), placeholder), end; at != end; ++at)
    out.insert((*at)[1]);
  return out;
}

bool has_chinese(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE3; });
}

/// A structure of nothing but texts.
template <typename Texts>
auto all_of(const Texts& texts) {
  static_assert(sizeof(Texts) % sizeof(Text) == 0);
  return std::bit_cast<std::array<Text, sizeof(Texts) / sizeof(Text)>>(texts);
}

template <typename Texts>
void expect_complete(const Texts& texts) {
  for (const Text& text : all_of(texts)) {
    EXPECT_FALSE(text.en.empty()) << text.zh;
    EXPECT_FALSE(text.zh.empty()) << text.en;
    const std::set<std::string> english = placeholders(text.en);
    EXPECT_EQ(english, placeholders(text.zh)) << text.en;
    for (const std::string& one : english) EXPECT_TRUE(std::regex_match(one, std::regex("[0-9]"))) << text.en;
    EXPECT_FALSE(has_chinese(text.en)) << text.en;
    const bool is_only_filled_in = text.en.find_first_not_of("{}0123456789 :,()of") == std::string_view::npos;
    EXPECT_TRUE(is_only_filled_in || has_chinese(text.zh)) << text.en;
    EXPECT_EQ(text.en.find_first_of("<>&\""), std::string_view::npos) << text.en;
    EXPECT_EQ(text.zh.find_first_of("<>&\""), std::string_view::npos) << text.en;
  }
}

TEST(FixedTexts, OfTheNightlyPageAreComplete) { expect_complete(kTrendTexts); }
TEST(FixedTexts, OfTheComparisonPageAreComplete) { expect_complete(kComparisonTexts); }

}  // namespace

}  // namespace rackproof
