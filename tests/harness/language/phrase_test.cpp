#include "harness/language/phrase.hpp"

#include <gtest/gtest.h>

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
constexpr Text kSameHost{"{0} (same host)", "{0}（同一主机）"};

TEST(Phrase, IsFilledInBothLanguages) {
  const Phrase racks(kRacks, 2);
  const Phrase nested(kSameHost, racks);
  EXPECT_EQ(nested.en, "2 racks (same host)");
  EXPECT_EQ(nested.zh, "2 个机柜（同一主机）");
  EXPECT_EQ(fmt::format("{:>9}", racks), "  2 racks");
  EXPECT_TRUE(Phrase().empty());
}

TEST(Phrase, DataIsTheSameInBoth) {
  const Phrase data = std::string("{0} <b>");
  EXPECT_EQ(data.en, "{0} <b>");
  EXPECT_EQ(data.zh, data.en);
}

}  // namespace
}  // namespace rackproof
