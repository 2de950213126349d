#include "reports/language/language.hpp"

#include <gtest/gtest.h>

#include "harness/language/phrase.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/language/view_words.hpp"

namespace rackproof {
namespace {

constexpr Text kRacks{"{0} racks", "{0} 个机柜"};

TEST(Language, NamesAreExact) {
  EXPECT_EQ(language_of("both"), Language::both);
  EXPECT_EQ(language_of("zh"), Language::zh);
  EXPECT_FALSE(language_of("zh-CN").has_value());
  EXPECT_FALSE(language_of("").has_value());
}

TEST(Language, WordsFollowTheDocument) {
  EXPECT_EQ(Words(Language::en)(kRacks, 3), "3 racks");
  EXPECT_EQ(Words(Language::zh)(kRacks, 3), "3 个机柜");
  EXPECT_EQ(Words(Language::both)(kRacks, 3),
            "<span lang=\"en\">3 racks</span><span lang=\"zh-CN\">3 个机柜</span>");
  EXPECT_EQ(Words(Language::both).plain(kRacks, 3), "3 racks / 3 个机柜");
}

TEST(Language, WhatIsTheSameStandsOnce) {
  EXPECT_EQ(Words(Language::both).either("p1", "p1"), "p1");
  EXPECT_EQ(Words(Language::both).plain_either("p1", "p1"), "p1");
}

TEST(ViewWords, FixedWordsHaveTheirTranslationAndDataHasNone) {
  EXPECT_EQ(view_word("not measured").zh, "未测");
  EXPECT_EQ(view_word("higher is better").zh, "越高越好");
  EXPECT_EQ(view_word("rack1").zh, "rack1");
  const Phrase margin(texts::kBelowLimit, "20 %");
  EXPECT_EQ(view_word(margin), margin);
}

}  // namespace
}  // namespace rackproof
