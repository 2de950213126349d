#include "reports/language/language.hpp"

#include <gtest/gtest.h>

#include "reports/language/phrase.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/language/view_words.hpp"

namespace rackproof {
namespace {

// A Text is made at compile time only, and one that does not pass this does not compile.
static_assert(are_translations("rack", "机柜"));
static_assert(are_translations("{0} of {1}", "{1} 中的 {0}"));
static_assert(are_translations("{0} {10}", "{10}：{0}"));
static_assert(!are_translations("rack", ""));
static_assert(!are_translations("", "机柜"));
static_assert(!are_translations("{0} of {1}", "{0}"));
static_assert(!are_translations("{}", "{}"));
static_assert(!are_translations("{0", "{0"));
static_assert(!are_translations("{0}}", "{0}}"));
static_assert(!are_translations("{31}", "{31}"));

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

TEST(Phrase, IsFilledInBothLanguages) {
  const Phrase racks(kRacks, 2);
  const Phrase nested(texts::kSameHost, racks);
  EXPECT_EQ(nested.en, "2 racks (same host, not informative)");
  EXPECT_EQ(nested.zh, "2 个机柜（同一主机，无参考意义）");
  EXPECT_EQ(fmt::format("{:>9}", racks), "  2 racks");
  EXPECT_TRUE(Phrase().empty());
}

TEST(Phrase, DataIsTheSameInBoth) {
  const Phrase data = std::string("{0} <b>");
  EXPECT_EQ(data.en, "{0} <b>");
  EXPECT_EQ(data.zh, data.en);
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
